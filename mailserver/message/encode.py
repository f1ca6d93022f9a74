"""Header fields written: RFC 2047 words, RFC 2231 parameters, folding; nothing that could end a field."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from . import address, header
from .address import Address

LINE = 76
_WORD_BYTES = 36
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LONG = 60
_LONGEST_ID = 900
_LONGEST_SPEC = 400


def field(name: str, text: str) -> bytes:
    """An unstructured field such as Subject."""
    text = _one_line(text)
    words = text.split(" ")
    if not text.isascii() or "=?" in text or max(map(len, words)) > LINE - len(name):
        return _folded(name, encoded_words(text))
    return _folded(name, words)


def addresses(name: str, people: Sequence[Address]) -> bytes:
    """An address field; b"" when nobody is named."""
    pieces: list[str] = []
    for position, person in enumerate(people):
        words = _mailbox(person)
        if position + 1 < len(people):
            words[-1] += ","
        pieces.extend(words)
    return _folded(name, pieces) if pieces else b""


def ids(name: str, values: Iterable[str]) -> bytes:
    """Message-ID, In-Reply-To, References: ids with or without brackets; b"" when there are none."""
    cleaned = [re.sub(r"[<>\s]", "", _one_line(value)) for value in values]
    words = [f"<{value}>" for value in cleaned if 0 < len(value) <= _LONGEST_ID and value.isascii()]
    return _folded(name, words) if words else b""


def parameters(name: str, value: str, given: Iterable[tuple[str, str]]) -> bytes:
    """Content-Type or Content-Disposition; long or foreign values by RFC 2231 §4."""
    pieces = [value]
    for key, text in given:
        pieces[-1] += ";"
        pieces.extend(_parameter(key, _one_line(text)))
    return _folded(name, pieces)


def parameters_of_old(name: str, value: str, given: Iterable[tuple[str, str]]) -> bytes:
    """Foreign values as encoded words in quotes: against RFC 2047 §5, but old Outlook reads only it.

    So the name of a file stands twice, here in Content-Type and rightly in Content-Disposition.
    """
    pieces = [value]
    for key, text in given:
        pieces[-1] += ";"
        pieces.extend(_parameter_of_old(key, _one_line(text)))
    return _folded(name, pieces)


def encoded_words(text: str) -> list[str]:
    """`text` in words of UTF-8 (RFC 2047 §2), never split inside a character; base64 or Q as is shorter."""
    return [_encoded_word(chunk) for chunk in _chunks(text)]


def _chunks(text: str) -> Iterator[str]:
    chunk, size = "", 0
    for char in text:
        length = len(char.encode())
        if size + length > _WORD_BYTES and not _joins(char):
            yield chunk
            chunk, size = "", 0
        chunk, size = chunk + char, size + length
        if size > _WORD_BYTES + 3:
            yield chunk
            chunk, size = "", 0
    if chunk:
        yield chunk


def _joins(char: str) -> bool:
    """Marks that stay with the letter before them, so that emoji are shown whole by careless readers."""
    return (
        char in "\u200d\ufe0f\u20e3" or "\U0001f3fb" <= char <= "\U0001f3ff" or "\u0300" <= char <= "\u036f"
    )


def _encoded_word(chunk: str) -> str:
    data = chunk.encode()
    q = "".join(_q(byte) for byte in data)
    if len(q) <= (len(data) + 2) // 3 * 4 and len(q) <= 63:
        return f"=?utf-8?q?{q}?="
    return f"=?utf-8?b?{b64encode(data).decode('ascii')}?="


def _q(byte: int) -> str:
    char = chr(byte)
    if char == " ":
        return "_"
    return char if char.isascii() and (char.isalnum() or char in "!*+-/") else f"={byte:02X}"


def _mailbox(person: Address) -> list[str]:
    """The words of `name <local@domain>`; the domain in ASCII where it can be."""
    spec = re.sub(r"[\s<>,;]", "", _one_line(f"{person.local}@{_ascii_domain(person.domain)}"))
    # An unfinished draft may hold anything here; no line may grow without end.
    spec = spec.removesuffix("@").encode()[:_LONGEST_SPEC].decode("utf-8", "ignore")
    name = _one_line(person.name)
    if not name:
        return [spec] if "@" in spec else [f"<{spec}>"] if spec else ["undisclosed:;"]
    return [*_phrase(name), f"<{spec}>"]


def _phrase(name: str) -> list[str]:
    if not name.isascii() or "=?" in name:
        return encoded_words(name)
    words = name.split(" ")
    if _PLAIN_NAME.fullmatch(name) and max(map(len, words)) <= _LONG:
        return words
    return [f'"{_quoted(name)}"'] if len(name) <= _LONG else encoded_words(name)


def _ascii_domain(domain: str) -> str:
    try:
        return address.normalise_domain(domain)
    except address.AddressError:
        return domain


def _parameter_of_old(key: str, text: str) -> list[str]:
    if _is_simple(text):
        return [f'{key}="{_quoted(text)}"']
    words = encoded_words(text)
    words[0] = f'{key}="{words[0]}'
    return [*words[:-1], f'{words[-1]}"']


def _is_simple(text: str) -> bool:
    return text.isascii() and "=?" not in text and len(_quoted(text)) <= _LONG


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _parameter(key: str, text: str) -> list[str]:
    if _is_simple(text):
        return [f'{key}="{_quoted(text)}"']
    words = [quote(char, safe="") for char in text]
    lines, line = [], "utf-8''"
    for word in words:
        if len(line) + len(word) > _LONG:
            lines.append(line)
            line = ""
        line += word
    lines.append(line)
    if len(lines) == 1:
        return [f"{key}*={lines[0]}"]
    sections = [f"{key}*{number}*={line}" for number, line in enumerate(lines)]
    return [f"{section};" for section in sections[:-1]] + sections[-1:]


def _one_line(text: str) -> str:
    return " ".join(header.strip_controls(text.replace("\r", " ").replace("\n", " ")).split())


def _folded(name: str, words: Iterable[str]) -> bytes:
    """`Name: words`, a new line before the word that would not fit (RFC 5322 §2.2.3)."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode() + b"\r\n"
