"""Charsets: bytes to text by their label as WHATWG reads it, from an allow-list, mended where it lies."""

import re
from functools import lru_cache

import webencodings

from . import guess

# What WHATWG calls an encoding -> the codecs that read it, tried in turn. UTF-7 is absent: it hides markup.
_CODECS: dict[str, tuple[str, ...]] = {
    "utf-8": ("utf-8",),
    "utf-16le": ("utf-16-le",),
    "utf-16be": ("utf-16-be",),
    "gbk": ("gb18030",),
    "gb18030": ("gb18030",),
    "big5": ("big5hkscs", "cp950"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "iso-2022-jp": ("iso2022_jp_ext", "iso2022_jp_2004"),
    "euc-kr": ("cp949",),
    "ibm866": ("cp866",),
    "iso-8859-8-i": ("iso8859-8",),
    "macintosh": ("mac_roman",),
    "x-mac-cyrillic": ("mac_cyrillic",),
    "windows-874": ("cp874",),
}
_SAME_IN_PYTHON = frozenset(
    ["koi8-r", "koi8-u", *(f"windows-125{n}" for n in range(9)), *(f"iso-8859-{n}" for n in range(2, 17))]
)
# Labels that mail carries and the web does not.
_MAIL_ONLY: dict[str, tuple[str, ...]] = {
    "hz-gb-2312": ("hz",),
    "iso-2022-kr": ("iso2022_kr",),
    "cp936": ("gb18030",),
    "ms936": ("gb18030",),
    "cp950": ("big5hkscs",),
    "cp949": ("cp949",),
    "utf8mb4": ("utf-8",),
    "cp437": ("cp437",),
    "ibm437": ("cp437",),
    "cp850": ("cp850",),
    "ibm850": ("cp850",),
    "cp858": ("cp858",),
    "viscii": ("cp1258",),
}
_JIS_ESCAPE = re.compile(rb"\x1b(\([ABHIJ]|\$[@B]|\$\([@BD]|&@)")
_JAPANESE = frozenset(["iso2022_jp_ext", "iso2022_jp_2004", "euc_jp", "euc_jis_2004", "shift_jis_2004"])
# Where Python follows JIS and the rest of the world (WHATWG, Windows) does not: the wave dash and its like.
_AS_WINDOWS = str.maketrans("〜‖−¢£¬—", "～∥－￠￡￢―")
_STATEFUL = frozenset(["hz", "iso2022_kr", "iso2022_jp_ext", "utf-16-le", "utf-16-be"])
_EAST_ASIAN = frozenset(["gb18030", "big5hkscs", "euc_jp", "cp932", "cp949"])
_LATIN = frozenset(["windows-1252"])
_SLOWLY_AT_MOST = 500_000
_WRONG_AT_MOST = 1 / 20


@lru_cache(maxsize=512)
def codecs_of(label: str) -> tuple[str, ...]:
    """The Python codecs for a charset label; () when it is unknown or not allowed."""
    cleaned = label.strip(" \t\"'").lower()
    if cleaned in _MAIL_ONLY:
        return _MAIL_ONLY[cleaned]
    encoding = webencodings.lookup(cleaned)
    if encoding is None:
        return ()
    name = encoding.name
    return _CODECS.get(name) or ((name,) if name in _SAME_IN_PYTHON else ())


def tells(label: str) -> bool:
    """Whether `label` says more than "eight bits, perhaps Western": then the document itself is asked."""
    codecs = codecs_of(label)
    return bool(codecs) and codecs[0] not in _LATIN


def decode(data: bytes, label: str = "") -> str:
    """`data` as text; never raises. A label that can't be right gives way to a reading that can."""
    codecs = codecs_of(label) if label else ()
    codec = codecs[0] if codecs else ""
    if data.isascii():
        return _ascii(data, codecs if codec in _STATEFUL else ())
    if codec in ("utf-16-le", "utf-16-be"):
        return _utf16(data, codec)
    utf8 = guess.utf8(data)
    if utf8 is not None and (codec not in _EAST_ASIAN or guess.surely_utf8(utf8)):
        return utf8
    if not codecs or codec in _LATIN:
        return guess.text(data)
    return _strict(data, codecs) or _mended(data, codec)


def decode_header(data: bytes, hint: str) -> str:
    """Raw 8-bit bytes of a field as text; `hint` is the charset of the body, for what is no UTF-8."""
    codecs = codecs_of(hint) if hint else ()
    if data.isascii():
        return _ascii(data, ())
    if not codecs or codecs[0] in _LATIN or guess.utf8(data) is not None:
        return guess.text(data)
    return _strict(data, codecs) or guess.text(data)


def _ascii(data: bytes, codecs: tuple[str, ...]) -> str:
    if b"\x1b$" in data or b"\x1b(" in data:
        codecs = codecs or ("iso2022_jp_ext", "iso2022_jp_2004")
    elif codecs[:1] in (("utf-16-le",), ("utf-16-be",)) and b"\0" not in data:
        codecs = ()
    if not codecs:
        return data.decode("ascii")
    text = _strict(data, codecs)
    if text is None:
        text = _iso_2022_jp(data) if b"\x1b" in data else data.decode("ascii")
    return text


def _iso_2022_jp(data: bytes) -> str:
    """ISO-2022-JP with the vendors' characters (①, ㈱, 髙), which the standard's codecs refuse (CP50220)."""
    if len(data) > _SLOWLY_AT_MOST:
        return data.decode("iso2022_jp_ext", "replace")
    pieces, mode = [], b"(B"
    for number, piece in enumerate(_JIS_ESCAPE.split(data)):
        if number % 2:
            mode = piece
        elif mode in (b"$@", b"$B", b"$(@", b"$(B"):
            pieces.append(_jis_rows(piece))
        elif mode == b"(I":
            pieces.append(bytes(code | 0x80 for code in piece).decode("cp932", "replace"))
        else:
            pieces.append(piece.decode("ascii", "replace"))
    return "".join(pieces)


def _jis_rows(data: bytes) -> str:
    """Pairs of JIS X 0208 by way of Shift_JIS, whose Windows form knows the vendors' rows."""
    pairs = bytearray()
    position = 0
    while position < len(data):
        high, low = data[position], data[position + 1] if position + 1 < len(data) else 0
        if not (0x20 < high < 0x7F and 0x20 < low < 0x7F):
            pairs.append(high)
            position += 1
            continue
        row = (high - 0x21) // 2 + (0x81 if high < 0x5F else 0xC1)
        pairs += bytes((row, low + (0x1F if low < 0x60 else 0x20) if high % 2 else low + 0x7E))
        position += 2
    return pairs.decode("cp932", "replace")


def _utf16(data: bytes, codec: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codec = "utf-16"
    return data.decode(codec, "replace")


def _strict(data: bytes, codecs: tuple[str, ...]) -> str | None:
    for codec in codecs:
        try:
            text = data.decode(codec)
        except ValueError:
            continue
        return text.translate(_AS_WINDOWS) if codec in _JAPANESE else text
    return None


def _mended(data: bytes, codec: str) -> str:
    """A few broken bytes in an honest charset stay U+FFFD; many say that the label lies."""
    mended = guess.mended_utf8(data, sure=codec == "utf-8")
    if mended is not None:
        return mended
    text = data.decode(codec, "replace")
    strange = sum(char > "\x7f" for char in text)
    wrong = text.count("\ufffd")
    if wrong <= 1 < strange or wrong <= strange * _WRONG_AT_MOST:
        return text
    if codec in _EAST_ASIAN and wrong < strange / 5:
        return text
    likely = guess.codec(data)
    return data.decode(likely, "replace") if likely else guess.western(data)
