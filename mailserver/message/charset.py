"""Charsets: bytes to text by their label as WHATWG reads it, from an allow-list, mended where it lies."""

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
_STATEFUL = frozenset(["hz", "iso2022_kr", "iso2022_jp_ext", "utf-16-le", "utf-16-be"])
_EAST_ASIAN = frozenset(["gb18030", "big5hkscs", "euc_jp", "cp932", "cp949"])
_LATIN = frozenset(["windows-1252"])
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
    if data.isascii() or not codecs or codecs[0] in _LATIN or guess.utf8(data) is not None:
        return guess.text(data)
    return _strict(data, codecs) or guess.text(data)


def _ascii(data: bytes, codecs: tuple[str, ...]) -> str:
    if b"\x1b$" in data or b"\x1b(" in data:
        codecs = codecs or ("iso2022_jp_ext", "iso2022_jp_2004")
    elif codecs[:1] in (("utf-16-le",), ("utf-16-be",)) and b"\0" not in data:
        codecs = ()
    return (_strict(data, codecs) if codecs else None) or data.decode("ascii")


def _utf16(data: bytes, codec: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codec = "utf-16"
    return data.decode(codec, "replace")


def _strict(data: bytes, codecs: tuple[str, ...]) -> str | None:
    for codec in codecs:
        try:
            return data.decode(codec)
        except ValueError:
            continue
    return None


def _mended(data: bytes, codec: str) -> str:
    """A few broken bytes in an honest charset stay U+FFFD; many say that the label lies."""
    text = data.decode(codec, "replace")
    strange = sum(char > "\x7f" for char in text)
    wrong = text.count("\ufffd")
    if wrong <= 1 < strange or wrong <= strange * _WRONG_AT_MOST:
        return text
    if codec in _EAST_ASIAN and wrong < strange / 5:
        return text
    likely = guess.codec(data)
    return data.decode(likely, "replace") if likely else guess.western(data)
