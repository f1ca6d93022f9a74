"""Content-Type and -Disposition parameters: RFC 2045 §5.1, RFC 2231, and RFC 2047 used against it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from . import charset, header

MAX_PARAMETERS = 100

_PARAMETER = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)(?:"|\Z)|([^;]*+))', re.DOTALL)
_ESCAPED = re.compile(r"\\([\\\"])")
_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")

type Parsed = tuple[str, Mapping[str, str]]

NONE: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=256)
def parse(value: bytes) -> Parsed:
    """(the word in front, lower case; parameters by lower-case name, decoded). Never raises."""
    text = header.text_of(value)
    word, _, rest = text.partition(";")
    if not rest:
        return word.strip().lower(), NONE
    found: dict[str, str] = {}
    for match in islice(_PARAMETER.finditer(";" + rest), MAX_PARAMETERS):
        name, quoted, bare = match.groups()
        plain = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip()
        found.setdefault(name.lower(), plain)
    return word.strip().lower(), MappingProxyType(_decoded(found))


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
    label, data = "", b""
    for number in sorted(sections):
        encoded, value = sections[number]
        if encoded and not data and value.count("'") >= 2 and not label:
            label, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return header.decode_words(charset.decode(data, label))
