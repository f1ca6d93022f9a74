"""Parse time and memory: ours beside the standard library's.

    python -m bench.parse FOLDER [--rounds N]     messages, one a file, at any depth
    python -m bench.parse --worst                 peak memory and time on the worst input of each kind

The parsers take turns, each reading all messages; of the rounds the best counts, message by message. Time is
that of the thread's CPU. "parse" makes the tree. "read" also decodes subject, addresses, texts and file
names; ours makes the preview, the words for search and the ENVELOPE besides: all that a delivery keeps.
"""

import argparse
import email
import email.header
import email.policy
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from mailserver.message import parser
from mailserver.message.digest import digest

from .figures import percentile, rounded, say, table

_MIB = 1024 * 1024
_DEEPEST = 2000


def _read_compat32(raw: bytes) -> None:
    message = email.message_from_bytes(raw)
    email.header.make_header(email.header.decode_header(str(message["subject"] or "")))
    getaddresses([str(value) for name in ("from", "to", "cc") for value in message.get_all(name, [])])
    for part in message.walk():
        part.get_filename()
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            payload.decode(part.get_content_charset("utf-8"), "replace")


def _read_default(raw: bytes) -> None:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    str(message["subject"])
    for name in ("from", "to", "cc"):
        str(message[name])
    for part in message.walk():
        part.get_filename()
        if part.get_content_maintype() == "text" and isinstance(part, EmailMessage):
            part.get_content()


PARSERS: dict[str, Callable[[bytes], object]] = {
    "ours parse": parser.parse,
    "compat32 parse": email.message_from_bytes,
    "default parse": lambda raw: email.message_from_bytes(raw, policy=email.policy.default),
    "ours read": digest,
    "compat32 read": _read_compat32,
    "default read": _read_default,
}


def measure(messages: list[bytes], rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Seconds by parser, one for each message, and how often each parser raised."""
    best = {name: [float("inf")] * len(messages) for name in PARSERS}
    raised: dict[str, int] = {}
    for _ in range(rounds):
        for name, parse in PARSERS.items():
            raised[name] = 0
            for number, raw in enumerate(messages):
                seconds, failed = _timed(parse, raw)
                best[name][number] = min(best[name][number], seconds)
                raised[name] += failed
    return best, raised


def _timed(parse: Callable[[bytes], object], raw: bytes) -> tuple[float, bool]:
    started = time.thread_time()
    try:
        parse(raw)
    except Exception:  # noqa: BLE001 (whatever a parser raises is what is counted)
        return time.thread_time() - started, True
    return time.thread_time() - started, False


def messages_in(folder: Path) -> Iterator[bytes]:
    """The messages of a set, without the mailbox's own "From " line."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".json", ".js"):
            raw = path.read_bytes()
            yield raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _nested(levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels)
    )
    return opened + b"\ntext"


_MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"

# The worst of each kind that the limits let in, as large as a message may be.
WORST: dict[str, Callable[[], bytes]] = {
    "one text of 35 MiB": lambda: b"Subject: x\n\n" + b"words and more words\n" * (35 * _MIB // 21),
    "35 MiB of base64": lambda: b"Content-Transfer-Encoding: base64\n\n" + b"\nQUJD" * (7 * _MIB),
    "a million parts": lambda: _MIXED + b"--b\n\nx\n" * 1_000_000,
    "two thousand levels": lambda: _nested(_DEEPEST),
    "header of 35 MiB": lambda: b"X: y\n" * (7 * _MIB),
    "one field of 35 MiB": lambda: b"Subject: x" + b"\n y" * (11 * _MIB),
    "100 KiB of comments": lambda: b"To: " + b"(" * 100 * 1024 + b"\n\n",
    "100 KiB of addresses": lambda: b"To: " + b"a@b," * 25 * 1024 + b"\n\n",
    "35 MiB of HTML tags": lambda: b"Content-Type: text/html\n\n" + b"<p>x" * (9 * _MIB),
    "a million uuencoded files": lambda: b"\n" + b"begin 644 a\nend\n" * 1_000_000,
    "35 MiB of no UTF-8": lambda: b"Content-Type: text/plain; charset=utf-8\n\n" + b"\xff\xe9" * (17 * _MIB),
    "messages in messages": lambda: b"Content-Type: message/rfc822\n\n" * 100_000,
    "one boundary, never closed": lambda: _MIXED + b"--bx\n" * (7 * _MIB),
    "one boundary, never on a line": lambda: _MIXED + b"--b" * (11 * _MIB),
    "the same boundary inside": lambda: b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 100_000,
}  # fmt: skip


def _worst_in_child(name: str) -> dict[str, object]:
    """Peak of what is allocated beyond the raw bytes, and seconds, of one input in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.parse", "--one", name], capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(answer.stdout)
    return found


def _one(name: str) -> None:
    raw = WORST[name]()
    started = time.thread_time()
    found = digest(raw)
    seconds = time.thread_time() - started
    tracemalloc.start()
    digest(raw)
    peak = tracemalloc.get_traced_memory()[1] / _MIB
    parts = sum(1 for _ in found.part.walk())
    sys.stdout.write(
        json.dumps({"raw_mib": len(raw) / _MIB, "peak_mib": peak, "seconds": seconds, "parts": parts})
    )


def _say_worst() -> None:
    rows = []
    for name in WORST:
        found = _worst_in_child(name)
        figures = {key: rounded(float(str(value))) for key, value in found.items()}
        say({"input": name, **figures}, f"{name}: {figures['peak_mib']} MiB, {figures['seconds']} s")
        rows.append([name, *(figures[key] for key in ("raw_mib", "peak_mib", "seconds", "parts"))])
    print(table(["input", "raw MiB", "peak MiB above it", "s", "parts"], rows))


def _say_times(folder: Path, rounds: int) -> None:
    messages = list(messages_in(folder))
    best, raised = measure(messages, rounds)
    rows = []
    for name, seconds in best.items():
        work = name.partition(" ")[2]
        mean = sum(seconds) / len(seconds)
        ratio = mean / (sum(best[f"ours {work}"]) / len(seconds))
        figures = {
            "mean_ms": rounded(1000 * mean),
            "median_ms": rounded(1000 * percentile(seconds, 50)),
            "p99_ms": rounded(1000 * percentile(seconds, 99)),
            "times_ours": rounded(ratio),
            "raised": raised[name],
        }
        say({"parser": name, "messages": len(messages), **figures}, f"{name}: {figures['mean_ms']} ms")
        rows.append([name, *figures.values()])
    print(table(["parser", "mean ms", "median ms", "p99 ms", "times ours", "raised"], rows))


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--worst", action="store_true")
    options.add_argument("--one", choices=WORST, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        _one(chosen.one)
    elif chosen.worst:
        _say_worst()
    elif chosen.folder:
        _say_times(chosen.folder, chosen.rounds)
    else:
        options.error("a folder of messages, or --worst")


if __name__ == "__main__":
    main()
