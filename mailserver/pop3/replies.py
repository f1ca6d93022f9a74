"""How a command ends that is not done: refused, or not understood (RFC 1939 §3, RFC 2449 §8)."""

from ..access.refusal import Bad, No

__all__ = ["Bad", "No", "Trouble", "negative", "positive"]


class Trouble(No):
    """The fault is ours (RFC 3206 §4)."""

    def __init__(self, text: str = "Local trouble, try again later") -> None:
        super().__init__(text, "SYS/TEMP")


def positive(text: str) -> bytes:
    """Say that it is done."""
    return f"+OK {text}\r\n".encode()


def negative(text: str, code: str = "") -> bytes:
    """Say that it is not."""
    return f"-ERR {f'[{code}] ' if code else ''}{text}\r\n".encode()
