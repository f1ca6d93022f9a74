"""mbsync both ways, while another program and the web change the mailbox: at the end all see the same."""

import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mailserver.imap.server import Server
from mailserver.message import header
from tests.mail import arrive, do, letter
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import Running
from tests.people import PASSWORD, Person
from webmail.models import MailboxMessage
from webmail.store import queries

_FOLDERS = ("INBOX", "Archive", "Trash", "Work")
_FLAGS = {"S": "\\Seen", "R": "\\Answered", "F": "\\Flagged"}
_CONFIGURATION = """\
IMAPAccount far
Host {host}
Port {port}
User {user}
Pass "{password}"
SSLType None
AuthMechs LOGIN

IMAPStore far
Account far

MaildirStore near
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns {folders}
Create Both
Expunge Both
Sync All
SyncState *
"""
type View = dict[str, list[tuple[str, str]]]


class Mbsync:
    """A Maildir that mbsync keeps like the mailbox, and changes of it as a mail program makes them."""

    def __init__(self, folder: Path, imap: Running[Server], person: Person) -> None:
        self.maildir = folder / "mail"
        self.maildir.mkdir()
        self._settings = folder / "mbsyncrc"
        host, port = imap.address
        values = {"host": host, "port": port, "user": person.address, "password": PASSWORD}
        text = _CONFIGURATION.format(**values, maildir=self.maildir, folders=" ".join(_FOLDERS))
        self._settings.write_text(text)

    def run(self) -> None:
        """Bring both to the same state."""
        subprocess.run(["mbsync", "-q", "-q", "-c", self._settings, "-a"], check=True, timeout=60)

    def files(self, folder: str) -> list[Path]:
        """The messages of a folder."""
        return sorted((self.maildir / folder).glob("[cn][ue][rw]/*"))

    def change(self, chance: random.Random) -> None:
        """Mark, move, delete or add a message."""
        folder = chance.choice(_FOLDERS)
        found = self.files(folder)
        if not found:
            return
        path = chance.choice(found)
        base, _, flags = path.name.partition(":2,")
        match chance.choice(("F", "S", "R", "move", "delete", "new")):
            case "move":
                to = self.maildir / chance.choice(_FOLDERS) / "cur"
                path.rename(to / f"{re.sub(r',U=\d+', '', base)}.moved:2,{flags}")
            case "delete":
                path.unlink()
            case "new":
                number = chance.randrange(1000, 1_000_000)
                raw = letter(f"Near {number}", number=number).replace(b"\r\n", b"\n")
                (path.parent.parent / "new" / f"{number}.near.test").write_bytes(raw)
            case flag:
                changed = "".join(sorted(set(flags) ^ {flag}))
                path.rename(path.parent.parent / "cur" / f"{base}:2,{changed}")

    def view(self) -> View:
        """Each folder's messages by their ids, with their flags."""
        return {folder: sorted(map(self._seen, self.files(folder))) for folder in _FOLDERS}

    def _seen(self, path: Path) -> tuple[str, str]:
        flags = path.name.partition(":2,")[2]
        names = " ".join(sorted(_FLAGS[letter] for letter in flags if letter in _FLAGS))
        return _message_id(path.read_bytes()), names


def _message_id(raw: bytes) -> str:
    value = header.first(header.fields(raw), "message-id") or b""
    return value.decode().strip("<>")


def _by_imap(program: RawClient, chance: random.Random) -> None:
    program.ask(f"SELECT {chance.choice(_FOLDERS)}")
    uids = program.ask("UID SEARCH ALL")[0].removeprefix("* SEARCH").split()
    if not uids:
        return
    uid = chance.choice(uids)
    match chance.choice(("flag", "unflag", "keyword", "move", "delete")):
        case "flag":
            program.ask(f"UID STORE {uid} +FLAGS (\\Flagged)")
        case "unflag":
            program.ask(f"UID STORE {uid} -FLAGS (\\Flagged \\Seen)")
        case "keyword":
            program.ask(f"UID STORE {uid} +FLAGS ($Forwarded)")
        case "move":
            program.ask(f"UID MOVE {uid} {chance.choice(_FOLDERS)}")
        case "delete":
            program.ask(f"UID STORE {uid} +FLAGS (\\Deleted)")
            program.ask("EXPUNGE")


def _on_the_web(person: Person, chance: random.Random) -> None:
    role = chance.choice(("inbox", "inbox", "archive", "trash"))
    here = queries.mailbox_by_role(person.account.pk, role)
    threads = sorted(set(MailboxMessage.objects.filter(mailbox_id=here).values_list("thread_id", flat=True)))
    if threads:
        verb = chance.choice(("star", "unstar", "read", "unread", "archive", "trash"))
        do(verb, person.account.pk, [chance.choice(threads)], here)


def _stored() -> View:
    found: View = {folder: [] for folder in _FOLDERS}
    rows = MailboxMessage.objects.select_related("message", "mailbox")
    for row in rows:
        flags = {"\\Seen": row.seen, "\\Answered": row.answered, "\\Flagged": row.flagged}
        folder = "INBOX" if row.mailbox.role == "inbox" else row.mailbox.path
        found[folder].append(
            (row.message.message_id, " ".join(sorted(name for name in flags if flags[name])))
        )
    return {folder: sorted(messages) for folder, messages in found.items()}


@pytest.mark.clients
@pytest.mark.skipif(not shutil.which("mbsync"), reason="mbsync is not installed")
@pytest.mark.parametrize("seed", [1])
def test_all_see_the_same_at_the_end(
    imap: Running[Server], program: RawClient, alice: Person, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    program.ask("CREATE Work")
    for number in range(1, 25):
        arrive(alice.account.pk, letter(f"Letter {number % 8}", number=number, references=[number - 8]))
    mbsync = Mbsync(tmp_path, imap, alice)
    mbsync.run()
    changes: tuple[Callable[[], None], ...] = (
        lambda: mbsync.change(chance),
        lambda: _by_imap(program, chance),
        lambda: _on_the_web(alice, chance),
    )
    for number in range(100):
        chance.choice(changes)()
        if number % 20 == 19:
            mbsync.run()
    # What was changed on both sides meanwhile takes a second round.
    mbsync.run()
    mbsync.run()
    assert sum(map(len, _stored().values())) > 10
    assert mbsync.view() == _stored()
