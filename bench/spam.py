"""How much spam the filter of a person finds, and how often it is wrong, on mail that others sorted.

    python -m bench.spam [--cache DIRECTORY] [--rounds N]

The mails are those of the Apache SpamAssassin project, downloaded once (tests.corpus.spam_assassin). One half
is learnt and the other judged, then the halves change places; each round draws them anew.
Besides, a few are learnt and all others judged.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mailserver.message import parser
from tests.corpus.spam_assassin import CACHE, download
from webmail.delivery import bayes
from webmail.store import clues

from .figures import percentile, rounded, say, table

_THRESHOLDS = (0.9, 0.95, 0.98, 0.99, 0.999)
_EARLY = ((20, 60), (100, 300), (300, 900))


class Mail(NamedTuple):
    """A mail's clues, and what it is."""

    clues: list[str]
    is_spam: bool


def read(data: Path) -> tuple[list[Mail], list[float]]:
    """All mails, and the seconds of CPU that each took beyond its parsing."""
    mails, seconds = [], []
    for path in sorted(data.glob("*/*.txt")):
        raw = path.read_bytes()
        raw = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
        part = parser.parse(raw)
        started = time.thread_time()
        found = clues.of_message(raw, part)
        for clue in found:
            clues.key(clue)
        seconds.append(time.thread_time() - started)
        mails.append(Mail(found, path.parent.name.startswith("spam")))
    return mails, seconds


def judged(learnt: Sequence[Mail], others: Sequence[Mail]) -> tuple[list[tuple[float, bool]], list[float]]:
    """The scores of `others` and what they are, and the seconds that each judgement took."""
    counts = {is_spam: Counter[str]() for is_spam in (True, False)}
    for mail in learnt:
        counts[mail.is_spam].update(mail.clues)
    number = sum(mail.is_spam for mail in learnt)
    whole = bayes.Learnt(number, len(learnt) - number)
    scores, seconds = [], []
    for mail in others:
        found = {clue: bayes.Learnt(counts[True][clue], counts[False][clue]) for clue in mail.clues}
        started = time.thread_time()
        scores.append((bayes.score(found, whole).value, mail.is_spam))
        seconds.append(time.thread_time() - started)
    return scores, seconds


def trial(mails: list[Mail], rounds: int) -> tuple[list[tuple[float, bool]], list[float]]:
    """Each mail judged once a round, by the half it isn't in."""
    scores, seconds = [], []
    for number in range(rounds):
        shuffled = random.Random(number).sample(mails, len(mails))
        half = len(shuffled) // 2
        for learnt, others in ((shuffled[:half], shuffled[half:]), (shuffled[half:], shuffled[:half])):
            found = judged(learnt, others)
            scores += found[0]
            seconds += found[1]
    return scores, seconds


def early(mails: list[Mail], spam: int, ham: int, rounds: int) -> list[tuple[float, bool]]:
    """Judge by few mails: what a person has after the first reports."""
    scores = []
    for seed in range(rounds):
        shuffled = random.Random(seed).sample(mails, len(mails))
        ours, theirs = ([mail for mail in shuffled if mail.is_spam is kind] for kind in (False, True))
        scores += judged([*theirs[:spam], *ours[:ham]], [*theirs[spam:], *ours[ham:]])[0]
    return scores


def _say(learnt: str, scores: list[tuple[float, bool]]) -> list[list[object]]:
    """A row for each threshold: percent of spam caught, and of other mail wrongly caught."""
    spam, ham = ([score for score, is_spam in scores if is_spam is kind] for kind in (True, False))
    rows: list[list[object]] = []
    for threshold in _THRESHOLDS:
        found = [100 * sum(score >= threshold for score in kind) / len(kind) for kind in (spam, ham)]
        row = {"learnt": learnt, "threshold": threshold}
        row |= {"caught_percent": rounded(found[0]), "wrong_percent": rounded(found[1])}
        say(row, f"{learnt}, from {threshold}: {found[0]:.1f} % caught, {found[1]:.3f} % wrongly")
        rows.append([learnt, threshold, f"{found[0]:.1f}", f"{found[1]:.3f}"])
    return rows


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cache", type=Path, default=CACHE)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    mails, reading = read(download(chosen.cache))
    scores, judging = trial(mails, chosen.rounds)
    times = {
        "read_ms": rounded(1000 * sum(reading) / len(reading)),
        "read_p99_ms": rounded(1000 * percentile(reading, 99)),
        "judge_ms": rounded(1000 * sum(judging) / len(judging)),
    }
    say({"mails": len(mails), **times}, f"{len(mails)} mails: {times}")
    rows = _say("half", scores)
    for spam, ham in _EARLY:
        rows += _say(f"{spam} + {ham}", early(mails, spam, ham, chosen.rounds))
    print(table(["learnt", "threshold", "caught %", "wrongly caught %"], rows))


if __name__ == "__main__":
    main()
