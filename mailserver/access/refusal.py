"""How a command ends that is not done, in every protocol: refused, or not understood."""


class No(Exception):
    """Understood, and refused; `code` is a response code without its brackets."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.text, self.code = text, code


class Bad(ValueError):
    """Not understood."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
