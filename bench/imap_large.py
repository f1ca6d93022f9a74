"""What must not depend on the size of a mailbox: to open it, to look at its end, and to come back to it."""

import re
import statistics
import time

from .figures import cpu_seconds, rounded, say
from .imap_client import ImapClient
from .imap_peers import Peer

_CHANGED = 100


def measure(peer: Peer, rounds: int) -> None:
    """Say it of one server, whose mailbox may have a million messages."""
    client = peer.client()
    uids = _uids(client)
    newest = f"FETCH {max(1, len(uids) - 49)}:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"
    changed = ",".join(map(str, uids[:: max(1, len(uids) // _CHANGED)][:_CHANGED]))
    taken: dict[str, list[tuple[float, float]]] = {}
    for number in range(rounds):
        for name, command in (("SELECT", "SELECT INBOX"), ("50 newest", newest)):
            taken.setdefault(name, []).append(_timed(peer, client, command))
        taken.setdefault("SEARCH UNSEEN", []).append(_timed(peer, client, "UID SEARCH UNSEEN"))
        validity, modseq = _state(client)
        client.ask(f"UID STORE {changed} {'-+'[number % 2]}FLAGS.SILENT ($Seen-by-bench)")
        back = peer.client()
        back.ask("ENABLE QRESYNC")
        resync = f"SELECT INBOX (QRESYNC ({validity} {modseq}))"
        taken.setdefault("QRESYNC after 100", []).append(_timed(peer, back, resync))
        back.close()
    client.close()
    for name, values in taken.items():
        wall, cpu = (rounded(1000 * statistics.median(column)) for column in zip(*values, strict=True))
        figures = {"server": peer.name, "messages": len(uids), "operation": name, "ms": wall, "cpu_ms": cpu}
        say(figures, f"{peer.name}, {len(uids)} messages: {name} {wall} ms, {cpu} ms of CPU")


def _uids(client: ImapClient) -> list[int]:
    client.ask("SELECT INBOX")
    return client.search("ALL")


def _timed(peer: Peer, client: ImapClient, command: str) -> tuple[float, float]:
    pids = peer.pids()
    cpu, started = cpu_seconds(pids), time.perf_counter()
    client.ask(command)
    return time.perf_counter() - started, cpu_seconds(pids) - cpu


def _state(client: ImapClient) -> tuple[int, int]:
    """Uid validity and modseq of the mailbox now."""
    said = client.ask("SELECT INBOX (CONDSTORE)")
    return tuple(
        int(re.search(rb"\[%b (\d+)\]" % word, said)[1])  # type: ignore[index, return-value]
        for word in (b"UIDVALIDITY", b"HIGHESTMODSEQ")
    )
