"""What a verb did, and the steps that lead back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

type Step = dict[str, Any]
"""A call of `undo`: "verb" and its arguments, all of it JSON."""


@dataclass(frozen=True, slots=True)
class Done:
    """The account's modseq after it, how many messages changed, and the inverse in the order to take.

    `uids` tells where messages stand now: mailbox id -> message id -> uid (RFC 4315 COPYUID).
    """

    modseq: int
    count: int
    inverse: tuple[Step, ...] = ()
    uids: dict[int, dict[int, int]] = field(default_factory=dict)


def together(dones: Iterable[Done]) -> Done:
    """Sum up verbs that were done one after the other: the inverse begins with the last."""
    result = Done(0, 0)
    for done in dones:
        uids = {mailbox: dict(placed) for mailbox, placed in result.uids.items()}
        for mailbox, placed in done.uids.items():
            uids.setdefault(mailbox, {}).update(placed)
        result = Done(
            max(result.modseq, done.modseq), result.count + done.count, done.inverse + result.inverse, uids
        )
    return result
