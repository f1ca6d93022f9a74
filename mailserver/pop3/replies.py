"""How a command ends that is not done: refused, or not understood (RFC 1939 §3, RFC 2449 §8)."""


class No(Exception):
    """Understood, and refused; `code` is a response code without its brackets."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.text, self.code = text, code


class Trouble(No):
    """The fault is ours (RFC 3206 §4)."""

    def __init__(self, text: str = "Local trouble, try again later") -> None:
        super().__init__(text, "SYS/TEMP")


class Bad(ValueError):
    """Not understood."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def positive(text: str) -> bytes:
    """Say that it is done."""
    return f"+OK {text}\r\n".encode()


def negative(text: str, code: str = "") -> bytes:
    """Say that it is not."""
    return f"-ERR {f'[{code}] ' if code else ''}{text}\r\n".encode()
