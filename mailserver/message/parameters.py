"""Content-Type and -Disposition parameters: RFC 2045 §5.1, RFC 2231, and RFC 2047 used against it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby, islice
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from . import charset, header

MAX_PARAMETERS = 100

# A semicolon may be missing, if what follows is name="value".
_PARAMETER = re.compile(
    r'[;\s]\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)(?:"|\Z)|((?:[^;\s]++|\s++(?![\w*-]++="))*+))',
    re.DOTALL,
)
_WORD = re.compile(r"\s*+[\"']?([^\s;\"'(]*+)")
_COMMENT = re.compile(r"\s\([^()]*+\)\s*\Z")
_ESCAPED = re.compile(r"\\([\\\"])")
_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")

type Parsed = tuple[str, Mapping[str, str]]

NONE: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=256)
def parse(value: bytes) -> Parsed:
    """(the word in front, lower case; parameters by lower-case name, decoded). Never raises."""
    text = header.text_of(value)
    front = _WORD.match(text)
    word = front[1].lower() if front else ""
    if front is None or front.end() == len(text):
        return word, NONE
    found: dict[str, str] = {}
    for match in islice(_PARAMETER.finditer(text, front.end()), MAX_PARAMETERS):
        name, quoted, bare = match.groups()
        plain = _ESCAPED.sub(r"\1", quoted) if quoted is not None else _COMMENT.sub("", bare).strip()
        found.setdefault(name.lower(), plain)
    return word, MappingProxyType(_decoded(found))


def is_type(word: str) -> bool:
    """Whether `word` has the form of a media type."""
    return _TYPE.fullmatch(word) is not None


def _decoded(found: dict[str, str]) -> dict[str, str]:
    result = {name: header.decode_words(value) for name, value in found.items() if "*" not in name}
    for base, sections in _sections(found).items():
        result[base] = header.strip_controls(_joined(sections))
    return result


def _sections(found: dict[str, str]) -> dict[str, dict[int, tuple[bool, str]]]:
    """name*0*, name*1, name* -> {name: {number: (percent encoded, value)}}."""
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, value in found.items():
        base, star, rest = name.partition("*")
        if not star or not base:
            continue
        number = rest.rstrip("*")
        if number and not (number.isascii() and number.isdigit() and len(number) < 5):
            continue
        sections.setdefault(base, {})[int(number or 0)] = (name.endswith("*"), value)
    return sections


def _joined(sections: dict[int, tuple[bool, str]]) -> str:
    ordered = [sections[number] for number in sorted(sections)]
    label = ""
    if ordered[0][0] and ordered[0][1].count("'") >= 2:
        label, _, rest = ordered[0][1].split("'", 2)
        ordered[0] = (True, rest)
    data = b""
    # Neighbours are joined first: some cut in the middle of an escape.
    for encoded, values in groupby(ordered, key=lambda section: section[0]):
        joined = "".join(value for _, value in values)
        data += unquote_to_bytes(joined) if encoded else joined.encode("utf-8", "replace")
    return header.decode_words(charset.decode(data, label))
