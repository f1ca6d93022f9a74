"""Memory while many long messages come in at once, and while as many go out: the worst moment of each part.

    python -m bench.memory [--messages 50] [--megabytes 25]

So many connections bring a message each at the same moment, whose senders are checked; then as many are owed
to as many destinations, and are released. Said is the proportional set size of the processes (PSS: what they
share is counted once), looked at all the time: before, and at the worst moment. What came is then compared to
the byte with what is stored.
"""

import argparse
import base64
import hashlib
import os
import smtplib
import tempfile
import threading
import time
from contextlib import ExitStack
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
_OWED = """
import sys, django; django.setup()
from django.utils import timezone
from datetime import timedelta
from webmail.delivery import onward
from webmail.models import Account, Blob
from bench.outbox import domain
account, count = Account.objects.get(), int(sys.argv[1])
due, blob = timezone.now() + timedelta(days=1), Blob.objects.order_by("-size").first()
onward.enqueue(
    [
        onward.Onward(account.pk, f"m{number}", blob.pk, f"p@{domain(number, count)}", account.address)
        for number in range(count)
    ],
    due,
)
"""


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


def _bring(port: int, head: bytes, body: bytes, accepted: list[str]) -> None:
    """Bring one message, as often as the server asks for it to come again."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            with smtplib.SMTP(LOOPBACK, port, timeout=_SECONDS) as session:
                session.helo()
                session.mail("far@far.test")
                session.rcpt(_SENDER)
                session.docmd("DATA")
                assert session.sock
                for piece in (head, body, b".\r\n"):
                    session.sock.sendall(piece)
                code, text = session.getreply()
        except (smtplib.SMTPException, OSError) as error:
            code, text = 0, repr(error).encode()
        if code == 250:
            accepted.append(hashlib.sha256(head + body).hexdigest())
            return
        print(f"# comes again: {code} {text.decode():.100}", flush=True)
        time.sleep(5)


def _come_in(server: Server, count: int, size: int) -> list[str]:
    """Bring so many messages with one file each, of which none is like another."""
    body = base64.encodebytes(os.urandom(size * 57 // 79)).replace(b"\n", b"\r\n")
    accepted: list[str] = []
    threads = []
    for number in range(count):
        head = _HEAD.format(number=number, sender=_SENDER).encode()
        arguments = (server.ports["SMTP"], head, body, accepted)
        threads.append(threading.Thread(target=_bring, args=arguments))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return accepted


def _measure(options: argparse.Namespace, server: Server, sink: Sink) -> list[list[str]]:
    rows = []
    child = server.start_all()
    size = options.megabytes * 1_000_000
    smtp, worker = _part(child.pid, "run_smtp"), _part(child.pid, "celery")
    with Machine([child.pid]) as machine, Watch(smtp) as part, Watch([child.pid]) as whole:
        accepted = _come_in(server, options.messages, size)
    rows.append(_said("coming in, SMTP", part, machine.seconds))
    rows.append(_said("coming in, all parts", whole, machine.seconds))
    if sorted(server.run("-c", _STORED).split()) != sorted(accepted) or len(accepted) < options.messages:
        raise AssertionError("what is stored is not what came")
    server.run("-c", _OWED, str(options.messages))
    with Machine([child.pid]) as machine, Watch(worker) as part, Watch([child.pid]) as whole:
        server.release_queue()
        wait_until(lambda: sink.counts()[1] >= options.messages, _SECONDS, "not all went out")
        wait_until(lambda: server.count_queue() == 0, _SECONDS, "not all is settled")
    rows.append(_said("going out, worker", part, machine.seconds))
    rows.append(_said("going out, all parts", whole, machine.seconds))
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
