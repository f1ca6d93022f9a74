"""What the explorer tells of one part: its header, its bytes before and after decoding, its charset."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailserver.message import header, reading, sniff, transfer

from . import files, texts
from .located import Located

_LONGEST_HEADER = 64 * 1024
_ENCODED_SHOWN = 1800
_TEXT_SHOWN = 1500
_LONGEST_TEXT = 400_000
_DUMPED_BYTES = 320
_LARGEST_DECODED = 8 * 1024 * 1024
_CAPITALS = frozenset({"id", "mime", "dkim", "arc", "spf", "tls", "url", "md5"})
_REASONS: dict[str, str | Promise] = {
    "ascii": _("Only ASCII characters: the same in every charset."),
    "declared": _("The message says so, and its bytes agree."),
    "broken": _("The message says so; a few of its bytes can’t be read in it."),
    "utf-8": _("The message doesn’t say; its bytes are valid UTF-8."),
    "guessed": _("The message doesn’t say; these letters make sense."),
    "unknown": _("The message names a charset that nobody knows; these letters make sense."),
    "wrong": _("The message says otherwise, but its bytes can’t be that."),
    "chosen": _("You chose it for this sender."),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """How a text would begin in another charset; `broken` characters of it can't be."""

    label: str
    name: str
    text: str
    broken: int
    chosen: bool


@dataclass(slots=True)
class Facts:
    """One part taken apart; sizes in bytes, `growth` in percent, None where it can't be told."""

    address: str
    raw_header: str
    fields: list[tuple[str, str]]
    is_leaf: bool
    encoding: str
    encoded_size: int
    decoded_size: int
    encoded: str = ""
    decoded: str = ""
    is_dump: bool = False
    growth: float | None = None
    found_type: str = ""
    read: reading.Reading | None = None
    reason: str = ""
    chosen: bool = False
    samples: list[Sample] = field(default_factory=list)


def facts(account_id: int, located: Located) -> Facts:
    """Take a part apart; of a huge one only its beginning is decoded."""
    part, raw = located.part, located.letter.raw
    head = raw[part.start : min(part.body, part.start + _LONGEST_HEADER)]
    if part is located.letter.root and not located.letter.before:
        head = located.letter.message.prefix + head
    result = Facts(
        address=located.address,
        raw_header=head.decode("utf-8", "replace").rstrip(),
        fields=[(_field_name(name), header.decode(value)) for name, value in header.fields(head)],
        is_leaf=not part.children,
        encoding=part.encoding,
        encoded_size=part.end - part.body,
        decoded_size=files.decoded_size(part),
    )
    if result.is_leaf and result.encoded_size:
        _take_apart(account_id, located, result)
    return result


def _take_apart(account_id: int, located: Located, result: Facts) -> None:
    part, raw = located.part, located.letter.raw
    piece = raw[part.body : min(part.end, part.body + _ENCODED_SHOWN)]
    result.encoded = piece.decode("ascii", "backslashreplace").replace("\r\n", "\n")
    if result.encoded_size <= _LARGEST_DECODED:
        data = located.data
        result.decoded_size = len(data)
        result.growth = (result.encoded_size / len(data) - 1) * 100 if data else None
    else:
        data = transfer.decode(raw[part.body : part.body + _LARGEST_DECODED // 4 * 4], part.encoding)
    result.found_type = sniff.media_type(data)
    if part.content_type.startswith("text/"):
        _read(account_id, located, data[:_LONGEST_TEXT], result)
    else:
        result.decoded, result.is_dump = dump(data[:_DUMPED_BYTES]), True


def _read(account_id: int, located: Located, data: bytes, result: Facts) -> None:
    message, part = located.letter.message, located.part
    result.read = texts.how(account_id, message, data, part)
    result.decoded = result.read.text[:_TEXT_SHOWN]
    result.reason = str(_REASONS[result.read.reason])
    chosen = texts.choice(account_id, message, data, part)
    result.chosen = chosen is not None
    if not reading.needs_charset(data) and chosen is None and data.isascii():
        return
    label = chosen.charset if chosen else ""
    result.samples = [
        Sample(each, reading.CHOICES[each], text, broken, each == label)
        for each, text, broken in reading.samples(data)
    ]


def _field_name(name: str) -> str:
    """A field's name as people write it."""
    return "-".join(word.upper() if word in _CAPITALS else word.capitalize() for word in name.split("-"))


def dump(data: bytes) -> str:
    """Bytes as columns of hexadecimal numbers beside their ASCII letters."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in row)
        lines.append(f"{start:04x}  {row.hex(' '):<47}  {letters}")
    return "\n".join(lines)
