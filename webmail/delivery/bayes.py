"""How much a message looks like what was learnt as spam: counts in, a score and the strongest clues out.

Each clue's probability is Robinson's, drawn towards one half where little was learnt; they are combined by
Fisher's method, for spam and for wanted mail each, as SpamBayes and bogofilter do. A message that looks like
both, or like nothing, comes out at one half.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from webmail.store.clues import LEAST_HAM, LEAST_SPAM

THRESHOLD: Final = 0.98

_PRIOR, _PRIOR_WEIGHT = 0.5, 0.45
_LEAST_STRENGTH = 0.1
_MOST_CLUES = 150
_SHOWN = 8


class Learnt(NamedTuple):
    """In how many spam and wanted messages something was found; of a whole account, how many there were."""

    spam: int
    ham: int


@dataclass(frozen=True, slots=True)
class Score:
    """0 is wanted and 1 is spam; `clues` are the strongest of those that speak for spam, the first first."""

    value: float = 0.5
    clues: tuple[str, ...] = ()

    @property
    def is_spam(self) -> bool:
        """Tell whether it is spam beyond doubt."""
        return self.value >= THRESHOLD


def probability(found: Learnt, whole: Learnt) -> float:
    """How likely a message with this clue is spam."""
    spam, ham = max(found.spam, 0) / max(whole.spam, 1), max(found.ham, 0) / max(whole.ham, 1)
    number = max(found.spam, 0) + max(found.ham, 0)
    if not number:
        return _PRIOR
    return (_PRIOR_WEIGHT * _PRIOR + number * spam / (spam + ham)) / (_PRIOR_WEIGHT + number)


def score(clues: Mapping[str, Learnt], whole: Learnt) -> Score:
    """Judge a message by those of its clues that were seen before; too little learnt says nothing."""
    if whole.spam < LEAST_SPAM or whole.ham < LEAST_HAM:
        return Score()
    found = [(probability(learnt, whole), clue) for clue, learnt in clues.items()]
    strong = [pair for pair in found if abs(pair[0] - 0.5) >= _LEAST_STRENGTH]
    strong = sorted(strong, key=lambda pair: (-abs(pair[0] - 0.5), pair[1]))[:_MOST_CLUES]
    if not strong:
        return Score()
    spam = 1 - _chance([1 - each for each, _ in strong])
    ham = 1 - _chance([each for each, _ in strong])
    shown = [clue for each, clue in strong if each > _PRIOR][:_SHOWN]
    return Score((1 + spam - ham) / 2, tuple(shown))


def _chance(probabilities: list[float]) -> float:
    """How likely chance alone makes probabilities as small as these (Fisher): chi square with 2n degrees.

    In logarithms: with many clues the terms are too small for a float, and their ratios are not.
    """
    half = -math.fsum(map(math.log, probabilities))
    if half <= 0:
        return 1.0
    terms = (n * math.log(half) - half - math.lgamma(n + 1) for n in range(len(probabilities)))
    return min(1.0, math.fsum(map(math.exp, terms)))
