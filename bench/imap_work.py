"""What `bench.imap` asks of both servers, an operation each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .imap_client import ImapClient

FLAGS = "UID FETCH 1:* (FLAGS UID INTERNALDATE RFC822.SIZE)"
ENVELOPES = "UID FETCH 1:* (ENVELOPE BODYSTRUCTURE)"
_OPENED = 100


@dataclass
class Mailbox:
    """A session in INBOX, and uids spread over it: 500 to be read, the 1,000 oldest to be changed."""

    client: ImapClient
    read: str = ""
    opened: Sequence[int] = ()
    changed: str = ""
    newest: str = ""

    def look(self) -> None:
        """Read which uids there are: MOVE gives new ones."""
        self.client.ask("SELECT INBOX")
        uids = self.client.search("ALL")
        spread = uids[:: max(1, len(uids) // 500)][:500]
        self.read, self.opened = _joined(spread), spread[:_OPENED]
        self.changed = _joined(uids[:1000])
        self.newest = f"{max(1, len(uids) - 49)}:{len(uids)}"


def _joined(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _open_each(box: Mailbox) -> None:
    for uid in box.opened:
        box.client.ask(f"UID FETCH {uid} BODY.PEEK[]")


def _store(sign: str) -> Callable[[Mailbox], object]:
    return lambda box: box.client.ask(f"UID STORE {box.changed} {sign}FLAGS (\\Flagged)")


def _back(box: Mailbox) -> None:
    """Undo MOVE, and see which uids there are now."""
    box.client.ask("SELECT BenchMove")
    box.client.ask("UID MOVE 1:* INBOX")
    box.look()


def _asking(command: str) -> Callable[[Mailbox], object]:
    return lambda box: box.client.ask(command.format(box=box))


COLD: dict[str, Callable[[Mailbox], object]] = {
    "cold SELECT": _asking("SELECT INBOX"),
    "cold ENVELOPE": _asking(ENVELOPES),
}
WARM: dict[str, Callable[[Mailbox], object]] = {
    "SELECT": _asking("SELECT INBOX"),
    "FLAGS of all": _asking("UID FETCH 1:* (FLAGS)"),
    "FLAGS, dates, sizes": _asking(FLAGS),
    "ENVELOPE of all": _asking(ENVELOPES),
    "fields of all": _asking("UID FETCH 1:* BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE)]"),
    "500 bodies": _asking("UID FETCH {box.read} BODY.PEEK[]"),
    "100 opened": _open_each,
    "50 newest": _asking("FETCH {box.newest} (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"),
    "SEARCH UNSEEN": _asking("UID SEARCH UNSEEN"),
    "SEARCH SUBJECT": _asking('UID SEARCH SUBJECT "lighthouse"'),
    "SEARCH FROM": _asking('UID SEARCH FROM "alpine"'),
    "SEARCH TEXT rare": _asking('UID SEARCH TEXT "Note 4711 of file"'),
    "SEARCH TEXT common": _asking('UID SEARCH TEXT "harbour"'),
    "STORE 1000": _store("+"),
    "STORE 1000 back": _store("-"),
    "MOVE 1000": _asking("UID MOVE {box.changed} BenchMove"),
    "MOVE 1000 back": _back,
}
