"""Files of a message: names and kinds for people, what can be looked at in place, what to be wary of."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from mailserver.message import content, filename, sniff
from mailserver.message.part import Part

from . import file_words
from .located import Letter

_PICTURES = frozenset({*sniff.PICTURES, "image/jpg", "image/pjpeg"})
_LARGEST_THUMBNAIL = 8 * 1024 * 1024
_VIEWED_TYPES = ("image/", "audio/", "video/", "text/")
_VIEWED = frozenset({"application/pdf", "application/json", "application/xml", "application/ics"})
_TEXTS = """
    txt md log csv tsv json xml yaml yml ini py c h patch diff ics vcf html htm svg sql asc tex
"""
_MEDIA = "pdf png jpg jpeg gif webp mp3 m4a ogg opus wav flac mp4 m4v mov webm"
_VIEWED_ENDINGS = frozenset([*_TEXTS.split(), *_MEDIA.split()])
_NEVER_MARKUP = frozenset(
    filename.DOCUMENT_ENDINGS - {"html", "htm", "txt", "csv", "eml", "msg", "doc", "xls"}
)
_NAMES = {"message/rfc822": "eml", "message/global": "eml", "text/plain": "txt", "text/calendar": "ics"}


@dataclass(frozen=True, slots=True)
class FileCard:
    """An attachment as a card; `size` is what it has decoded, about. `opens` is "view", "message" or "".

    `is_control` is true of a part that only tells how another is encrypted.
    """

    address: str
    name: str
    kind: str
    size: int
    icon: str
    is_picture: bool
    opens: str
    warning: str = ""
    is_event: bool = False
    is_event_file: bool = False
    is_control: bool = False

    @property
    def size_text(self) -> str:
        """Its size for people."""
        return filesizeformat(self.size)


def card(address: str, part: Part) -> FileCard:
    """Describe a part by what it says of itself: nothing is read for it."""
    size = decoded_size(part)
    name = name_of(address, part)
    kind = file_words.kind_of(name, part.content_type)
    return FileCard(
        address=address,
        name=name,
        kind=str(kind.words),
        size=size,
        icon=kind.icon,
        is_picture=part.content_type in _PICTURES and 0 < size <= _LARGEST_THUMBNAIL,
        opens=_opens(name, part),
        warning=name_warning(name),
        is_event=part.content_type in ("text/calendar", "application/ics"),
        is_event_file=part.content_type == "application/ics" or part.disposition == "attachment",
        is_control=part.content_type == "application/pgp-encrypted",
    )


def cards(letter: Letter, shown: content.DisplayParts, parts: Mapping[str, Part]) -> list[FileCard]:
    """The files of a letter, pictures first, as they stand on its page."""
    found = [card(letter.address(section), parts[section]) for section in shown.attachments]
    return sorted(found, key=lambda file: not file.is_picture)


def decoded_size(part: Part) -> int:
    """How many bytes a part has without its transfer encoding, about, from its offsets alone."""
    size = part.end - part.body
    if part.encoding == "base64":
        return max(0, size - 2 * part.lines) * 3 // 4
    return size


def name_of(address: str, part: Part) -> str:
    """Name the file of a part as it may be saved, also of one that came without a name."""
    name = filename.safe(part.filename)
    if name:
        return name
    ending = _NAMES.get(part.content_type) or part.content_type.rpartition("/")[2].removeprefix("x-")
    stem = filename.safe(part.description) if part.content_type in _NAMES else ""
    return filename.shortened(f"{stem or f'part-{address}'}.{filename.safe(ending[:12]) or 'bin'}")


def name_warning(name: str) -> str:
    """What is wrong with a name, in words; "" mostly."""
    pretended = filename.pretended_ending(name)
    if pretended:
        return _("Its name pretends: “.%(first)s” is followed by “.%(last)s”, which is a program.") % {
            "first": pretended,
            "last": filename.ending(name),
        }
    if filename.is_program(name):
        return _("This is a program. Open it only if you were waiting for it.")
    return ""


def content_warning(name: str, declared: str, found: str) -> str:
    """What is wrong between the claims of a file and its bytes, in words; "" mostly. `found` is sniffed."""
    claimed, inside = file_words.kind_of(name, declared), file_words.of_type(found)
    is_program = found in sniff.PROGRAMS and not filename.is_program(name)
    is_page = found in ("text/html", "image/svg+xml") and filename.ending(name) in _NEVER_MARKUP
    if (is_program or is_page) and claimed.words != inside.words:
        values = {"claimed": claimed.words, "found": inside.words}
        text = _("By its name it is “%(claimed)s”, by its bytes “%(found)s”.") % values
        return f"{text} {_('Don’t open it.')}" if is_program else text
    return name_warning(name)


def is_disguised(name: str, declared: str, data: bytes) -> bool:
    """Whether a file is a program under a harmless name or type."""
    if filename.pretended_ending(name):
        return True
    claims_program = filename.is_program(name) or file_words.kind_of(name, declared) is file_words.UNKNOWN
    return not claims_program and sniff.media_type(data) in sniff.PROGRAMS - {"text/x-script"}


def from_title(title: str, ending: str) -> str:
    """A file name from a subject."""
    return f"{title.replace('/', '_').replace(chr(92), '_').strip()[:80] or 'message'}.{ending}"


def _opens(name: str, part: Part) -> str:
    if part.content_type in _NAMES and part.content_type.startswith("message/"):
        return "message"
    ending = filename.ending(name)
    if ending == "eml" or part.content_type == "application/ms-tnef" or name.lower() == "winmail.dat":
        return "message"
    if filename.is_program(name):
        return ""
    viewed = part.content_type in _VIEWED or part.content_type.startswith(_VIEWED_TYPES)
    return "view" if viewed or ending in _VIEWED_ENDINGS else ""
