"""BODY and BODYSTRUCTURE as nested tuples (RFC 9051 §7.5.2): str, int, None for NIL, tuple for a list."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from . import encode, header
from .part import Part
from .structure import Envelope

type Value = str | int | Envelope | tuple[Value, ...] | None


def body_structure(part: Part, extended: bool, envelope: Callable[[Part], Envelope]) -> tuple[Value, ...]:
    """The structure of `part`; with `extended` disposition and parameters, too.

    A multipart is ((child, …), subtype, …): its children are written one after another. `envelope` reads that
    of a message inside a message, given its root; it is called for those alone.
    """
    if part.is_multipart:
        children = tuple(body_structure(child, extended, envelope) for child in part.children)
        extension = (_parameters(part.parameters), *_extension(part)) if extended else ()
        return (children, part.content_type.partition("/")[2], *extension)
    return (
        *_fields(part),
        *_kind(part, extended, envelope),
        *((_word(part.md5) or None, *_extension(part)) if extended else ()),
    )


def _fields(part: Part) -> tuple[Value, ...]:
    """What each body has. An opaque one is named as what it is for the reader: bytes."""
    content_type = part.content_type
    if part.opaque:
        content_type = "application/octet-stream"
    kind, _, subtype = content_type.partition("/")
    return (
        kind,
        subtype,
        _parameters(_with_charset(part)),
        f"<{_word(part.content_id)}>" if part.content_id else None,
        _ascii(part.description) or None,
        part.encoding,
        part.end - part.body,
    )


def _with_charset(part: Part) -> Mapping[str, str]:
    """The parameters; a text that names no charset has this one (RFC 2046 §4.1.2), as servers say."""
    if not part.content_type.startswith("text/") or part.opaque or "charset" in part.parameters:
        return part.parameters
    return {**part.parameters, "charset": "us-ascii"}


def _kind(part: Part, extended: bool, envelope: Callable[[Part], Envelope]) -> tuple[Value, ...]:
    """The fields that texts and messages have between the basic ones and the extension."""
    if part.children:
        inner = part.children[0]
        return envelope(inner), body_structure(inner, extended, envelope), part.lines
    return (part.lines,) if part.content_type.startswith("text/") and not part.opaque else ()


def _extension(part: Part) -> tuple[Value, ...]:
    """Disposition, language, location."""
    disposition: Value = None
    if part.disposition:
        disposition = (_word(part.disposition), _parameters(part.disposition_parameters))
    return disposition, part.languages or None, _word(part.location) or None


def _parameters(parameters: Mapping[str, str]) -> Value:
    """name, value, name, value …; foreign values as RFC 2231 has them on the wire."""
    flat: list[str] = []
    for name, value in parameters.items():
        word = _word(name)
        flat += (word, value) if value.isascii() else (f"{word}*", f"utf-8''{quote(value, safe='')}")
    return tuple(flat) or None


def _word(text: str) -> str:
    """What has to be ASCII and has no way to be encoded."""
    return (
        text
        if text.isascii() and text.isprintable()
        else header.strip_controls(text).encode("ascii", "replace").decode()
    )


def _ascii(text: str) -> str:
    return text if text.isascii() else " ".join(encode.encoded_words(text))
