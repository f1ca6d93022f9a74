"""One mailbox, as the IMAP session that selected it has it."""

from array import array
from collections.abc import Callable, Collection, Sequence

from mailserver.imap.backend import Body, Changes, Description, FlagChange, LabelChange, Mailbox, Row
from mailserver.imap.replies import No
from mailserver.imap.search_keys import Key
from mailserver.imap.sequence import within
from webmail.models import OWED_ROLES
from webmail.store import by_uid, queries
from webmail.store.board import UnknownMailboxError

from . import imap_labels, imap_rolls, imap_search, imap_waiting
from .imap_rolls import Rolls


class ImapFolder:
    """A mailbox that is selected (mailserver.imap.backend.Folder); `find` looks up others by their path."""

    def __init__(
        self, account_id: int, mailbox: Mailbox, find: Callable[[str], Mailbox], rolls: Rolls
    ) -> None:
        self.mailbox = mailbox
        self._account_id, self._find, self._rolls = account_id, find, rolls

    def uids(self) -> array[int]:
        """Read all uids."""
        return self._rolls.uids(self._account_id, self.mailbox)

    def keywords(self) -> list[str]:
        """Read the keywords that messages here have."""
        return sorted(queries.imap_keywords(self.mailbox.key))

    def first_unseen(self) -> int:
        """Read the first uid that was not read."""
        return queries.imap_first_unseen(self.mailbox.key)

    def recent(self, end: int, *, takes: bool) -> int:
        """Find, and take, what no session was told of."""
        return by_uid.recent(self.mailbox.key, end, takes=takes)

    def rows(self, uids: Sequence[int], *, whole: bool = False) -> list[Row]:
        """Read messages by uid."""
        if not whole and (known := self._rolls.rows(self._account_id, self.mailbox, uids)) is not None:
            return known
        return list(map(imap_rolls.row, queries.imap_rows(self.mailbox.key, uids, whole=whole)))

    def flags(self, uids: Sequence[int]) -> list[Row]:
        """Read flags by uid."""
        if (known := self._rolls.rows(self._account_id, self.mailbox, uids)) is not None:
            return known
        return list(map(imap_rolls.flag_row, queries.imap_flags(self.mailbox.key, uids)))

    def descriptions(self, messages: Sequence[int]) -> dict[int, Description]:
        """Read envelopes and structures."""
        found = queries.imap_descriptions(self._account_id, messages)
        return {key: Description(*texts) for key, texts in found.items()}

    def rows_since(self, low: int, high: int, modseq: int) -> list[Row]:
        """Read what changed after a modseq."""
        return list(map(imap_rolls.row, queries.imap_rows_since(self.mailbox.key, modseq, low, high)))

    def bodies(self, messages: Sequence[int]) -> dict[int, Body]:
        """Read messages whole."""
        return {key: Body(*body) for key, body in queries.imap_bodies(self._account_id, messages).items()}

    def heads(self, messages: Sequence[int]) -> dict[int, Body]:
        """Read how messages begin."""
        return {key: Body(*body) for key, body in queries.imap_heads(self._account_id, messages).items()}

    def piece(self, message: int, start: int, end: int) -> bytes:
        """Read a stretch of a message."""
        return queries.imap_piece(self._account_id, message, start, end)

    def changes(self, modseq: int) -> Changes:
        """Read what happened after a modseq: one statement when nothing did, three else."""
        return self._rolls.changes(self.mailbox, modseq)

    def vanished(self, modseq: int, known: Sequence[tuple[int, int]]) -> list[int]:
        """Read which uids went after a modseq; all that are not here, when what went then is forgotten."""
        if modseq >= queries.imap_forgotten_modseq(self._account_id):
            return within(queries.imap_expunged(self.mailbox.key, modseq), known)
        here, end = set(self.uids()), self.mailbox.uid_next
        return [uid for first, last in known for uid in range(first, min(last + 1, end)) if uid not in here]

    def find(self, key: Key) -> tuple[list[int], Key | None]:
        """Find what may fit."""
        return imap_search.find(self._account_id, self.mailbox.key, key)

    def labels(self, messages: Sequence[int]) -> dict[int, list[str]]:
        """Read where else messages stand."""
        return imap_labels.of(self._account_id, self.mailbox, messages)

    def labelled(self, name: str) -> list[int]:
        """Find what has a label."""
        return imap_labels.having(self._account_id, self.mailbox, name)

    def query(self, text: str) -> list[int]:
        """Find what fits a search as on the web."""
        return imap_labels.fitting(self._account_id, self.mailbox, text)

    def relabel(self, uids: Sequence[int], change: LabelChange) -> None:
        """Give and take labels."""
        imap_labels.change(self._account_id, self.mailbox, uids, change)

    def store(self, uids: Sequence[int], change: FlagChange) -> tuple[int, list[int]]:
        """Change flags."""
        return by_uid.set_flags(self._account_id, self.mailbox.key, uids, **change._asdict())

    def copy(self, uids: Sequence[int], path: str) -> tuple[int, list[tuple[int, int]]]:
        """Copy messages."""
        return self._to(by_uid.copy_to, uids, path)

    def move(self, uids: Sequence[int], path: str) -> tuple[int, list[tuple[int, int]]]:
        """Move messages; a letter that waits to be sent is cancelled so."""
        if self.mailbox.role in OWED_ROLES:
            return imap_waiting.move(self._account_id, self.mailbox, uids, self._find(path))
        return self._to(by_uid.move_to, uids, path)

    def _to(
        self,
        verb: Callable[[int, int, Sequence[int], int], list[tuple[int, int]]],
        uids: Sequence[int],
        path: str,
    ) -> tuple[int, list[tuple[int, int]]]:
        try:
            target = self._find(path)
            return target.uid_validity, verb(self._account_id, self.mailbox.key, uids, target.key)
        except UnknownMailboxError:
            raise No("There is no such mailbox", "TRYCREATE") from None
        except by_uid.NotByUidError as refusal:
            raise No(str(refusal), "CANNOT") from None

    def expunge(self, uids: Collection[int] | None) -> None:
        """Take out what is flagged as deleted; a letter that waits to be sent is cancelled so."""
        if self.mailbox.role in OWED_ROLES:
            imap_waiting.expunge(self._account_id, self.mailbox, uids)
            return
        try:
            by_uid.expunge_deleted(self._account_id, self.mailbox.key, uids)
        except by_uid.NotByUidError as refusal:
            raise No(str(refusal), "CANNOT") from None
