"""Signatures of letters: below what is new, above what is quoted."""

from mailserver.message import html as html_

_BLANK = "<div><br></div>"


def ended(html: str, signature: str) -> str:
    """Put a signature at the end, below an empty line and the one that sets it apart (RFC 3676 §4.3)."""
    return f"{html or _BLANK}{_BLANK}<div>-- <br></div><div>{signature}</div>"


def ended_text(text: str, signature: str) -> str:
    """Put a signature at the end of plain text."""
    return f"{text}\n\n-- \n{html_.to_text(signature)}"


def above(html: str, signature: str) -> str:
    """Put a signature above what is quoted; no line sets it apart, or readers would cut off the quote."""
    return f"{_BLANK}{_BLANK}<div>{signature}</div>{html}"


def above_text(text: str, signature: str) -> str:
    """Put a signature above what is quoted as plain text."""
    return f"\n\n{html_.to_text(signature)}{text}"
