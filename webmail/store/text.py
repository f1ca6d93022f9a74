"""Text as both databases take it."""


def storable(text: str) -> str:
    """Drop NUL, which PostgreSQL refuses, and replace lone surrogates, which no UTF-8 can hold."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")
