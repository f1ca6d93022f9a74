"""Something a person asked for that can't be kept or done."""


class RefusalError(ValueError):
    """What was asked for can't be; `code` says why in one word, which the page puts into words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
