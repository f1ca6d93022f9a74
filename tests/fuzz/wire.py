"""What must hold of bytes that are sent."""

from mailserver.message import content, header, parser


def check_lines(raw: bytes, longest: int = 998) -> None:
    """CRLF at every line end and nowhere else, no NUL, no line beyond `longest` octets."""
    assert b"\0" not in raw
    bare = raw.replace(b"\r\n", b"")
    assert b"\r" not in bare
    assert b"\n" not in bare
    assert max(map(len, raw.split(b"\r\n"))) <= longest


def field_names(raw: bytes) -> list[str]:
    """The names of all header fields of all parts."""
    parts = (part for _, part in parser.parse(raw).walk())
    return [name for part in parts for name, _ in header.fields(raw[part.start : part.body])]


def bodies(raw: bytes) -> list[bytes]:
    """Every leaf as the sender had it, its lines ended by LF."""
    leaves = [part for _, part in parser.parse(raw).walk() if not part.children]
    return [content.decoded(raw, leaf).replace(b"\r\n", b"\n") for leaf in leaves]
