"""How a command ends: done, refused, or not understood."""

from dataclasses import dataclass

from ..access.refusal import Bad, No

__all__ = ["Bad", "Done", "No", "Trouble", "status"]


@dataclass(frozen=True, slots=True)
class Done:
    """`OK`; `code` is a response code without its brackets."""

    text: str
    code: str = ""


class Trouble(No):
    """`NO`: the fault is ours."""

    def __init__(self) -> None:
        super().__init__("Local trouble, try again later", "UNAVAILABLE")


def status(tag: str, condition: str, text: str, code: str = "") -> bytes:
    """A status line (RFC 9051 §7.1)."""
    return f"{tag} {condition} {f'[{code}] ' if code else ''}{text}\r\n".encode()
