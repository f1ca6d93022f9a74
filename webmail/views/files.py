"""Files of a message: names and types for people, and which of them a browser may show."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat

from mailserver.message.part import Part

_ICONS = (
    (("image/",), "image"),
    (("text/", "application/json", "application/xml"), "code"),
)
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_PICTURES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp"})
_LARGEST_PREVIEW = 8 * 1024 * 1024


def sniff_picture(data: bytes) -> str | None:
    """Tell by its first bytes whether this is a PNG, JPEG, GIF or WebP; the type it is shown as."""
    for signature, content_type in _SIGNATURES:
        if data.startswith(signature):
            return content_type
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


@dataclass(frozen=True, slots=True)
class FileCard:
    """An attachment as a card; `size` is what it has decoded, about."""

    section: str
    name: str
    kind: str
    size: int
    icon: str
    is_picture: bool

    @property
    def size_text(self) -> str:
        """Its size for people."""
        return filesizeformat(self.size)


def card(section: str, part: Part) -> FileCard:
    """Describe a part."""
    size = part.end - part.body
    size = size * 3 // 4 if part.encoding == "base64" else size
    name = name_of(section, part)
    icon = next((icon for prefixes, icon in _ICONS if part.content_type.startswith(prefixes)), "file")
    is_picture = part.content_type in _PICTURES and 0 < size <= _LARGEST_PREVIEW
    return FileCard(section or "0", name, _kind(name, part), size, icon, is_picture)


def name_of(section: str, part: Part) -> str:
    """Name the file of a part, also of one that came without a name."""
    if part.filename:
        return part.filename
    endings = {"message/rfc822": "eml", "text/plain": "txt", "text/calendar": "ics"}
    ending = endings.get(part.content_type) or part.content_type.rpartition("/")[2].removeprefix("x-")
    return f"part-{section or '0'}.{ending[:12]}"


def _kind(name: str, part: Part) -> str:
    ending = name.rpartition(".")[2]
    return ending.upper() if "." in name and 0 < len(ending) <= 5 else part.content_type
