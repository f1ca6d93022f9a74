"""The frame of every change: lock the accounts, take their next modseq, announce on commit."""

import threading
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Self, cast

from django.db import transaction
from django.utils import timezone

from webmail.models import Account

from . import announce, sql

_current = threading.local()


class UnknownAccountError(LookupError):
    """An account that a change was meant for doesn't exist (any more)."""


class Change:
    """One transaction that changes one or more accounts.

    Entering raises each account's modseq by one, first of all: the row locks, taken in the order of the ids,
    hold to the end of the transaction, so that all changes of an account stand in one line and a reader who
    saw modseq n will never find an older change later. A change within a change of the same accounts joins
    it. `grow` adds bytes to what an account uses. Who has more to ask of the database at once says not to
    `wait`, and calls `lock` before anything else.
    """

    def __init__(
        self, account_ids: Collection[int], grow: Mapping[int, int] | None = None, *, wait: bool = True
    ) -> None:
        self.account_ids = sorted(set(account_ids))
        self.modseqs: dict[int, int] = {}
        self.now = timezone.now()
        self._grow = dict(grow or {})
        self._wait = wait
        self._outer: Change | None = None
        self._atomic = transaction.atomic()

    def __enter__(self) -> Self:
        self._outer = getattr(_current, "change", None)
        self._atomic.__enter__()
        try:
            if self._wait:
                self.lock()()
        except BaseException as error:
            self._atomic.__exit__(type(error), error, error.__traceback__)
            raise
        _current.change = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.change = self._outer
        self._atomic.__exit__(kind, error, trace)

    def lock(self) -> sql.Answer[None]:
        """Ask for the locks; to wait for the answer is to have them, and may raise UnknownAccountError."""
        if self._outer is not None:
            self._join(self._outer)
            return lambda: None
        transaction.on_commit(lambda: announce.publish(self.modseqs))
        rows = _lock(self.account_ids, self._grow)
        return lambda: self._take(dict(rows()))

    def _take(self, modseqs: dict[int, int]) -> None:
        self.modseqs = modseqs
        missing = set(self.account_ids) - modseqs.keys()
        if missing:
            raise UnknownAccountError(f"no account {sorted(missing)}")

    def modseq(self, account_id: int) -> int:
        """Give the modseq that marks this account's changes of this transaction."""
        return self.modseqs[account_id]

    def grow(self, account_id: int, size: int) -> None:
        """Add `size` bytes, less than 0 to give back, to what the account uses."""
        if size:
            sql.update(Account, ["id", "used_bytes"], [(account_id, size)], add=["used_bytes"])

    def _join(self, outer: "Change") -> None:
        """Take part in the change that is under way: its locks are held, its modseq is taken."""
        if not set(self.account_ids) <= outer.modseqs.keys():
            raise ValueError("the outer change must name all accounts: locks are taken in order, at once")
        self.modseqs = outer.modseqs
        for account_id, size in self._grow.items():
            self.grow(account_id, size)


def touch(account_ids: Collection[int]) -> dict[int, int]:
    """Raise the modseq of accounts for a change of something that is shown with them, as an outbound state.

    Call within the transaction of that change; announced on its commit. Returns the new modseqs.
    """
    with Change(account_ids) as change:
        return dict(change.modseqs)


def _lock(account_ids: list[int], grow: Mapping[int, int]) -> sql.Answer[list[tuple[int, int]]]:
    """Raise modseq and used bytes, holding the rows; PostgreSQL is told to lock them by id."""
    rows = [(account_id, 1, grow.get(account_id, 0)) for account_id in account_ids]
    columns = ["id", "modseq", "used_bytes"]
    held = f"SELECT * FROM {sql.values(Account, columns)}"  # noqa: S608
    if sql.is_postgresql():
        held = (
            f"SELECT v.* FROM {sql.values(Account, columns)} JOIN webmail_account a ON a.id = v.id"  # noqa: S608
            " ORDER BY a.id FOR NO KEY UPDATE OF a"
        )
    return cast(
        sql.Answer[list[tuple[int, int]]],
        sql.ask(
            f"WITH held AS MATERIALIZED ({held})"  # noqa: S608
            " UPDATE webmail_account SET modseq = webmail_account.modseq + held.modseq,"
            " used_bytes = webmail_account.used_bytes + held.used_bytes"
            " FROM held WHERE webmail_account.id = held.id"
            " RETURNING webmail_account.id, webmail_account.modseq",
            sql.values_of(Account, columns, rows),
        ),
    )
