"""Memory while many long messages come in at once, and while as many are handed in and go out, by part.

    python -m bench.memory [--messages 50] [--megabytes 25]

So many connections bring a message each at the same moment, whose senders are checked; then as many programs
hand one in by submission, each for another destination, and all go out. Said is the proportional set size
of the processes (PSS: what they share is counted once), looked at all the time: before, and at the worst
moment. What came is then compared to the byte with what is stored.
"""

import argparse
import base64
import hashlib
import os
import smtplib
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from . import outbox, peers
from .authentic import Vouching
from .figures import Machine, say, table, tree
from .outbound import Sink
from .processes import LOOPBACK, end_as_interrupted, wait_until
from .server import Server

_SENDER = f"sender@{peers.DOMAIN}"
_SECONDS = 1800
_LOOK_SECONDS = 0.1
_HEAD = """\
From: {sender}\r
To: {sender}\r
Subject: Film {number}\r
Message-ID: <{number}@far.test>\r
MIME-Version: 1.0\r
Content-Type: application/octet-stream; name=film\r
Content-Transfer-Encoding: base64\r
\r
"""
_STORED = """
import django; django.setup()
from webmail.models import Blob
from webmail.store import blobs
import hashlib
for key in Blob.objects.values_list("pk", flat=True):
    print(hashlib.sha256(blobs.read(key)).hexdigest())
"""

type Opening = Callable[[], smtplib.SMTP]


class Watch:
    """Looks at the memory of some processes and their descendants, again and again; figures in MiB."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.before = self.worst = _pss(pids)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self.worst = max(self.worst, _pss(self._pids))


def _pss(pids: list[int]) -> float:
    total = 0
    for pid in tree(pids):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _part(pid: int, words: str) -> list[int]:
    """Find the processes of one part among the supervisor's, by a word of their command line."""
    found = []
    for each in tree([pid]):
        command = Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        if words in command:
            found.append(each)
    return found[:1]


def _bring(open_session: Opening, sender: str, recipient: str, lines: tuple[bytes, bytes]) -> None:
    """Bring one message, as often as the server asks for it to come again."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            with open_session() as session:
                session.mail(sender)
                session.rcpt(recipient)
                session.docmd("DATA")
                assert session.sock
                for piece in (*lines, b".\r\n"):
                    session.sock.sendall(piece)
                code, text = session.getreply()
        except (smtplib.SMTPException, OSError) as error:
            code, text = 0, repr(error).encode()
        if code == 250:
            return
        print(f"# comes again: {code} {text.decode():.100}", flush=True)
        time.sleep(5)


def _bring_all(open_session: Opening, sender: str, recipients: Sequence[str], size: int) -> list[str]:
    """Bring a message with one file to each, all at once, of which none is like another; their digests."""
    body = base64.encodebytes(os.urandom(size * 57 // 79)).replace(b"\n", b"\r\n")
    digests, threads = [], []
    for number, recipient in enumerate(recipients):
        head = _HEAD.format(number=number, sender=_SENDER).encode()
        digests.append(hashlib.sha256(head + body).hexdigest())
        arguments = (open_session, sender, recipient, (head, body))
        threads.append(threading.Thread(target=_bring, args=arguments))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return digests


def _stranger(server: Server) -> smtplib.SMTP:
    """Come to port 25."""
    session = smtplib.SMTP(LOOPBACK, server.ports["SMTP"], timeout=_SECONDS)
    session.helo()
    return session


def _program(server: Server, word: str) -> smtplib.SMTP:
    """Come to the door for mail programs; by an app password, as a main one costs 100 MiB to check."""
    session = smtplib.SMTP(LOOPBACK, server.ports["SUBMISSION"], timeout=_SECONDS)
    session.starttls(context=ssl._create_unverified_context())
    session.login(_SENDER, word)
    return session


def _measure(options: argparse.Namespace, server: Server, sink: Sink) -> list[list[str]]:
    rows = []
    child = server.start_all()
    size, count = options.megabytes * 1_000_000, options.messages
    smtp, worker = _part(child.pid, "run_smtp"), _part(child.pid, "celery")
    with Machine([child.pid]) as machine, Watch(smtp) as part, Watch([child.pid]) as whole:
        digests = _bring_all(partial(_stranger, server), "far@far.test", [_SENDER] * count, size)
    rows.append(_said("coming in, SMTP", part, machine.seconds))
    rows.append(_said("coming in, all parts", whole, machine.seconds))
    if sorted(server.run("-c", _STORED).split()) != sorted(digests):
        raise AssertionError("what is stored is not what came")
    word = server.run("-m", "bench.app_password", _SENDER).strip()
    people = [f"p@{outbox.domain(number, count)}" for number in range(count)]
    with (
        Machine([child.pid]) as machine,
        Watch(smtp) as part,
        Watch([child.pid]) as whole,
        Watch(worker) as out,
    ):
        _bring_all(partial(_program, server, word), _SENDER, people, size)
        wait_until(lambda: sink.counts()[1] >= count, _SECONDS, "not all went out")
        wait_until(lambda: server.count_queue() == 0, _SECONDS, "not all is settled")
    rows.append(_said("handed in, SMTP", part, machine.seconds))
    rows.append(_said("going out, worker", out, machine.seconds))
    rows.append(_said("in and out, all parts", whole, machine.seconds))
    return rows


def _said(name: str, watch: Watch, seconds: float) -> list[str]:
    figures = {
        "case": name,
        "before_mib": round(watch.before),
        "worst_mib": round(watch.worst),
        "more_mib": round(watch.worst - watch.before),
        "seconds": round(seconds, 1),
    }
    say(figures, f"{name}: {watch.worst:.0f} MiB at worst, {watch.before:.0f} before")
    return [str(value) for value in figures.values()]


def main() -> None:
    """Measure both ways, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=50)
    parser.add_argument("--megabytes", type=int, default=25)
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"), help="on a real disk")
    options = parser.parse_args()
    end_as_interrupted()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=options.directory)))
        home.chmod(0o755)
        sink = stack.enter_context(Sink(home).running())
        domains = (outbox.domain(number, options.messages) for number in range(options.messages))
        routes = ",".join(f"{domain}={LOOPBACK}:{sink.port}" for domain in domains)
        checks = {
            "DNS_RESOLVER": stack.enter_context(Vouching()).server,
            "UNCHECKED_NETWORKS": "192.0.2.0/24",
        }
        server = Server(home / "ours", peers.DOMAIN, {"MAIL_ROUTES": routes, **checks})
        stack.callback(server.stop)
        server.prepare(_SENDER)
        rows = _measure(options, server, sink)
    print(table(["", "before, MiB", "worst, MiB", "more, MiB", "seconds"], rows))


if __name__ == "__main__":
    main()
