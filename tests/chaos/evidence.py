"""What a server holds and what it said: read from its database and its logs, not asked of its code."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.server import Server

_PLACED = """
    SELECT message.message_id, message.subject, hex(blob.sha256), account.address
    FROM webmail_mailboxmessage AS placement
    JOIN webmail_mailbox AS mailbox ON mailbox.id = placement.mailbox_id
    JOIN webmail_message AS message ON message.id = placement.message_id
    JOIN webmail_blob AS blob ON blob.id = message.blob_id
    JOIN webmail_account AS account ON account.id = message.account_id
    WHERE mailbox.role IN ('inbox', 'junk')
"""
_STATES = "SELECT state, count(*) FROM webmail_outboundrecipient GROUP BY state"
_BAD_LINE = re.compile(r"Traceback \(most recent call last\)|\b(ERROR|CRITICAL)\b")


@dataclass(frozen=True)
class Held:
    """One message as it stands in an inbox."""

    message_id: str
    subject: str
    digest: str
    address: str


def _rows(server: Server, statement: str) -> list[tuple[str, ...]]:
    path = Path(server.environment["DATA_DIR"]) / "postillion.sqlite3"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def held(server: Server) -> list[Held]:
    """Every message that stands in an inbox or among the spam."""
    return [Held(*row) for row in _rows(server, _PLACED)]


def queue_states(server: Server) -> dict[str, int]:
    """How many recipients of outgoing mail are in each state."""
    return {state: int(count) for state, count in _rows(server, _STATES)}


def complaints(server: Server, expected: re.Pattern[str]) -> Iterator[str]:
    """Tracebacks and errors in the server's logs, but for what the pattern allows."""
    for log in sorted(server.home.glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()
        for number, line in enumerate(lines):
            if _BAD_LINE.search(line):
                text = "\n".join(lines[number : number + 60])
                if not expected.search(text):
                    yield f"{server.domain} {log.name}: {text}"
