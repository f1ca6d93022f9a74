"""Chinese names in Latin letters: how they are typed, and where a list has them."""

import re
from functools import cache
from importlib import import_module
from itertools import islice, product
from typing import Any

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+")
_MOST_READINGS = 3
_MOST_SPELLINGS = 6
_LONGEST = 12
# Characters that are read otherwise when they are a surname.
_SURNAMES = {
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
    "曾": "zeng",
    "查": "zha",
    "任": "ren",
    "尉": "yu",
    "繁": "po",
    "缪": "miao",
    "冼": "xian",
    "乐": "yue",
    "员": "yun",
    "覃": "qin",
    "翟": "zhai",
    "万": "wan",
}


def runs(text: str) -> list[str]:
    """The stretches of Chinese characters in a text."""
    return _HAN.findall(text)


def spellings(run: str) -> list[str]:
    """Write a stretch as it may be typed: each reading in full, then by its initials; at most a few."""
    readings = [_readings(letter) for letter in run[:_LONGEST]]
    found = [list(each) for each in islice(product(*readings), _MOST_SPELLINGS)]
    return list(
        dict.fromkeys(
            ["".join(each) for each in found] + ["".join(word[0] for word in each) for each in found]
        )
    )


def sorting(text: str) -> str:
    """Write a name as a list has it in order: Chinese by its sound, a surname by that of surnames."""
    return _HAN.sub(lambda match: _sound(match[0], is_name=match.start() == 0), text)


def _sound(run: str, *, is_name: bool) -> str:
    first = _SURNAMES.get(run[0], "") if is_name else ""
    rest = run[1:] if first else run
    return " ".join([*([first] if first else []), *(_readings(letter)[0] for letter in rest)])


@cache
def _readings(letter: str) -> tuple[str, ...]:
    """How a character is read, the usual way first; itself when nobody knows."""
    pypinyin: Any = import_module("pypinyin")  # its tables are for those who need them
    found = pypinyin.pinyin(letter, style=pypinyin.Style.NORMAL, heteronym=True, errors="default")[0]
    surname = [_SURNAMES[letter]] if letter in _SURNAMES else []
    return tuple(dict.fromkeys([*found[:1], *surname, *found[1:]]))[:_MOST_READINGS]
