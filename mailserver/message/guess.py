"""Guess the charset of bytes that came without one, or with a wrong one, from the letters they would make."""

import re
from collections.abc import Callable

SAMPLE_BYTES = 4096
_FEW = 4
_BROKEN_AT_MOST = 1 / 50
_HIGH_BYTES = bytes(range(0x80, 0x100))
_LONE_BYTE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?=[\x00-\x7f])")
_HIGH_WORD = re.compile(rb"[\x80-\xff]{3,}")


def _high_count(data: bytes) -> int:
    return len(data) - len(data.translate(None, _HIGH_BYTES))


def utf8(data: bytes) -> str | None:
    """The text when `data` is valid UTF-8 (a cut last character is forgiven), else None."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 0 and not data[: error.start].isascii():
            return data[: error.start].decode("utf-8") + "\ufffd"
        return None


def mended_utf8(data: bytes, sure: bool = False) -> str | None:
    """UTF-8 with some broken bytes in it; None when there is more than one to six bytes that are right.

    When `sure`, one to two are borne. A lone byte among ASCII is a letter of windows-1252;
    the rest of a character that was cut stays U+FFFD.
    """
    wrong = data.decode("utf-8", "replace").count("\ufffd")
    right = _high_count(data) - wrong
    if wrong * (2 if sure else 6) > right:
        return None
    return _LONE_BYTE.sub(lambda match: western(match[0]).encode(), data).decode("utf-8", "replace")


def surely_utf8(text: str) -> bool:
    """Whether UTF-8 beats a double-byte label: every foreign character took three bytes, and several did."""
    foreign = [char for char in text if char > "\x7f"]
    return len(foreign) > 1 and min(foreign) >= "\u0800"


def text(data: bytes) -> str:
    """The likeliest reading; never raises. Any byte is a character of windows-1252 in the end."""
    known = utf8(data)
    if known is not None:
        return known
    mended = mended_utf8(data)
    if mended is not None:
        return mended
    likely = codec(data)
    return data.decode(likely, "replace") if likely else western(data)


def codec(data: bytes) -> str:
    """The codec whose letters make sense of `data`; "" when only Western European is left."""
    sample = _sample(data)
    return _east_asian(sample) or _cyrillic(sample)


def western(data: bytes) -> str:
    """windows-1252 as WHATWG has it: the five unassigned bytes are controls."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


def _sample(data: bytes) -> bytes:
    """A stretch that ends between characters: just after a byte that is ASCII in every charset."""
    if len(data) <= SAMPLE_BYTES:
        return data
    end = max(data.rfind(b"\n", 0, SAMPLE_BYTES), data.rfind(b" ", 0, SAMPLE_BYTES))
    sample = data[: end + 1] if end > 0 else data[:SAMPLE_BYTES]
    return sample if not sample.isascii() else data[: SAMPLE_BYTES * 16]


def _east_asian(data: bytes) -> str:
    if _high_count(data) < _FEW:
        return ""
    readings = {codec: _score(data, codec, score) for codec, score in _SCORES.items()}
    best = max(readings, key=lambda codec: readings[codec])
    return best if readings[best] >= 0.7 else ""


def _score(data: bytes, codec: str, score: Callable[[str], float]) -> float:
    letters = "".join(char for char in data.decode(codec, "replace") if char > "\x7f")
    if len(letters) < 2 or letters.count("\ufffd") > len(letters) * _BROKEN_AT_MOST:
        return 0.0
    return score(letters)


def _share(letters: str, usual: Callable[[str], bool]) -> float:
    return sum(map(usual, letters)) / len(letters)


def _in_rows(codec: str, first: int, last: int) -> Callable[[str], bool]:
    """Whether a character stands in the rows of the common characters of a national set."""

    def usual(char: str) -> bool:
        if char in "，。！？：；、“”‘’（）《》【】…—·　":
            return True
        code = char.encode(codec, "ignore")
        return len(code) == 2 and first <= code[0] <= last

    return usual


_COMMON_SIMPLIFIED = _in_rows("gb2312", 0xB0, 0xD7)
_COMMON_TRADITIONAL = _in_rows("big5", 0xA4, 0xC6)
_COMMON_JAPANESE = _in_rows("euc_jp", 0xB0, 0xCF)


def _is_kana(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff"


def _korean(letters: str) -> float:
    hangul = _share(letters, lambda char: "\uac00" <= char <= "\ud7a3")
    common = _share(letters, lambda char: len(char.encode("euc_kr", "ignore")) == 2)
    return 0.99 if hangul > 0.85 and common > 0.95 else 0.0


def _japanese(letters: str) -> float:
    kana = _share(letters, _is_kana)
    if kana < 0.2:
        return 0.0
    return 0.1 + _share(letters, lambda char: _is_kana(char) or char == "ー" or _COMMON_JAPANESE(char))


def _simplified(letters: str) -> float:
    return _share(letters, _COMMON_SIMPLIFIED) * 0.98


def _traditional(letters: str) -> float:
    return _share(letters, _COMMON_TRADITIONAL) * 0.97


_SCORES: dict[str, Callable[[str], float]] = {
    "gb18030": _simplified,
    "big5hkscs": _traditional,
    "cp949": _korean,
    "euc_jp": _japanese,
    "cp932": _japanese,
}


def _cyrillic(data: bytes) -> str:
    """koi8-r or windows-1251 when words consist of high bytes: small letters outnumber capitals."""
    high = _high_count(data)
    in_words = sum(map(len, _HIGH_WORD.findall(data)))
    if high < _FEW or in_words < high * 0.6:
        return ""
    best, best_share = "", 0.6
    for codec in ("cp1251", "koi8-r"):
        letters = data.decode(codec, "replace")
        small = sum("а" <= char <= "я" for char in letters)
        if small / high > best_share:
            best, best_share = codec, small / high
    return best
