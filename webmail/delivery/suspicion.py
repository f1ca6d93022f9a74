"""Which messages on their way in look like what their readers reported, and why."""

from collections.abc import Mapping
from typing import NamedTuple

from mailserver.message.part import Part
from webmail.store import clues, queries
from webmail.store.queries import Lore
from webmail.store.spam_marks import Reason

from . import bayes
from .bayes import Learnt


class Suspect(NamedTuple):
    """A message to an account; offsets of `part` count in `raw`."""

    account_id: int
    raw: bytes
    part: Part


def reasons[Key](suspects: Mapping[Key, Suspect]) -> dict[Key, Reason]:
    """Say of each that is spam why: one statement for all of them, none without."""
    if not suspects:
        return {}
    # A message is read once for all of its copies.
    read = {id(each.raw): each for each in suspects.values()}
    words = {
        key: {clues.key(clue): clue for clue in clues.of_message(each.raw, each.part)}
        for key, each in read.items()
    }
    asked = {(each.account_id, key) for each in suspects.values() for key in words[id(each.raw)]}
    lore = queries.spam_clues(asked) if asked else {}
    found = {}
    for key, each in suspects.items():
        if each.account_id in lore:
            score = _score(words[id(each.raw)], lore[each.account_id])
            if score.is_spam:
                found[key] = Reason("words", score.clues)
    return found


def _score(words: Mapping[int, str], lore: Lore) -> bayes.Score:
    learnt = {word: Learnt(*lore.found[key]) for key, word in words.items() if key in lore.found}
    return bayes.score(learnt, Learnt(lore.spam, lore.ham))
