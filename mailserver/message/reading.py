"""How a text was read: which charset, and why; and how it would read in another one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from . import charset, content, guess
from .part import Part

type Reason = Literal["ascii", "declared", "broken", "utf-8", "guessed", "unknown", "wrong", "chosen"]

# What a person may choose from: the label that is kept, and a name.
CHOICES: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030, GBK",
    "big5": "Big5",
    "hz-gb-2312": "HZ",
    "shift_jis": "Shift JIS",
    "euc-jp": "EUC-JP",
    "iso-2022-jp": "ISO-2022-JP",
    "euc-kr": "EUC-KR",
    "windows-1252": "Windows-1252",
    "iso-8859-15": "ISO-8859-15",
    "windows-1250": "Windows-1250",
    "iso-8859-2": "ISO-8859-2",
    "windows-1251": "Windows-1251",
    "koi8-r": "KOI8-R",
    "ibm866": "IBM866",
    "windows-1253": "Windows-1253",
    "windows-1254": "Windows-1254",
    "windows-1255": "Windows-1255",
    "windows-1256": "Windows-1256",
    "windows-1258": "Windows-1258",
    "windows-874": "Windows-874",
    "macintosh": "Mac Roman",
    "utf-16le": "UTF-16LE",
}
_NAMES = {"cp1252": "windows-1252", "big5hkscs": "big5", "cp932": "shift_jis", "cp949": "euc-kr",
          "cp1251": "windows-1251", "iso2022_jp_ext": "iso-2022-jp", "euc_jp": "euc-jp"}  # fmt: skip
_SAMPLE_BYTES = 240


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with the charset that it was read in. `declared` is what the message says, "" for nothing.

    `reason`: "ascii" needs no charset; "declared" as the message says, "broken" so too, with bytes that
    are not in it; "utf-8" and "guessed" without a word of the message; "unknown" and "wrong" against it;
    "chosen" by a person.
    """

    text: str
    charset: str
    declared: str
    reason: Reason


def read(data: bytes, part: Part) -> Reading:
    """Read the decoded body of a text part as `content.decoded_text` does, and say how; never raises."""
    declared = declared_charset(data, part)
    text = content.decoded_text(data, part)
    codecs = charset.codecs_of(declared) if declared else ()
    codec = _codec_used(data, declared, codecs)
    return Reading(text, _NAMES.get(codec, codec), declared, _reason(data, declared, codecs, codec))


def read_as(data: bytes, part: Part, label: str) -> Reading:
    """Read it in the charset that a person chose, whatever comes out."""
    text = _forced(data, label).encode("utf-8", "replace")
    as_utf8 = part._replace(parameters={**part.parameters, "charset": "utf-8"})
    return Reading(content.decoded_text(text, as_utf8), label, declared_charset(data, part), "chosen")


def needs_charset(data: bytes) -> bool:
    """Whether bytes can mean different texts: neither ASCII nor valid UTF-8."""
    return b"\x1b" in data if data.isascii() else guess.utf8(data) is None


def declared_charset(data: bytes, part: Part) -> str:
    """The charset that a part names, or its HTML."""
    label = part.parameters.get("charset", "").strip(" \"'").lower()
    if label or not part.content_type.endswith("html"):
        return label
    return content.html_charset(data).lower()


def samples(data: bytes) -> Iterator[tuple[str, str, int]]:
    """(label, a line of the text read so, how many characters of it can't be) for each of CHOICES."""
    piece = _sample(data)
    for label in CHOICES:
        text = " ".join(_forced(piece, label).split())
        yield label, text, text.count("\ufffd")


def _sample(data: bytes) -> bytes:
    """The lines from the first one with a byte past ASCII."""
    first = next((at for at, byte in enumerate(data[:100_000]) if byte > 0x7F or byte == 0x1B), 0)
    start = data.rfind(b"\n", 0, first) + 1
    start = max(start, first - _SAMPLE_BYTES // 2)
    piece = data[start : start + _SAMPLE_BYTES]
    end = max(piece.rfind(b"\n"), piece.rfind(b" "))
    return piece[:end] if end > first - start else piece


def _forced(data: bytes, label: str) -> str:
    codecs = charset.codecs_of(label) or ("utf-8",)
    if codecs[0] == "cp1252" or label == "windows-1252":
        return guess.western(data)
    return data.decode(codecs[0], "replace")


def _codec_used(data: bytes, declared: str, codecs: tuple[str, ...]) -> str:
    """Which codec gives the text that `charset.decode` chose."""
    text = charset.decode(data, declared)
    if data.isascii() and text.isascii():
        return "us-ascii"
    for codec in (*codecs, "utf-8", guess.codec(data), "iso2022_jp_ext"):
        if codec and data.decode(codec, "replace") == text:
            return codec
    return "cp1252"


def _reason(data: bytes, declared: str, codecs: tuple[str, ...], codec: str) -> Reason:
    if codec == "us-ascii":
        return "ascii"
    if codec in codecs:
        return "broken" if "\ufffd" in data.decode(codec, "replace") else "declared"
    if not declared:
        return "utf-8" if codec == "utf-8" else "guessed"
    return "wrong" if codecs else "unknown"
