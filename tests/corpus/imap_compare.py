"""Append the same messages to Dovecot and to a Postillion, and count where their IMAP answers differ.

    apt-get install dovecot-core dovecot-imapd
    python -m tests.corpus.imap_compare DIRECTORY [--count 1000] [--show ITEM …] [--most 10]

To be run as root: Dovecot drops privileges itself. DIRECTORY must be open to others. What differs isn't wrong
therefore: `--show` prints both answers (of ITEM, or all of SEARCH, SORT, THREAD); docs/decisions/0150 judges.
"""

import argparse
import imaplib
import re
import shutil
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import batched
from pathlib import Path

from bench.dovecot import PASSWORD as DOVECOT_PASSWORD
from bench.dovecot import Dovecot
from bench.figures import say, table
from bench.processes import LOOPBACK, end_as_interrupted
from bench.server import PASSWORD, Server

from . import imap_values
from .imap_messages import Sample, samples
from .imap_values import Value
from .spam_assassin import CACHE

_USER, _DOMAIN, _FOLDER = "reader", "corpus.test", "Compared"
ITEMS = (
    "ENVELOPE", "BODYSTRUCTURE", "BODY", "RFC822.SIZE", "INTERNALDATE", "FLAGS",
    "BODY.PEEK[]", "BODY.PEEK[HEADER]", "BODY.PEEK[TEXT]", "BODY.PEEK[1]", "BODY.PEEK[1.1]", "BODY.PEEK[2]",
    "BODY.PEEK[2.1]", "BODY.PEEK[1.MIME]", "BODY.PEEK[2.MIME]", "BODY.PEEK[1.HEADER]", "BODY.PEEK[1.TEXT]",
    "BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT RECEIVED)]", "BODY.PEEK[HEADER.FIELDS.NOT (RECEIVED)]",
    "BODY.PEEK[]<10.100>", "BODY.PEEK[TEXT]<100.50>", "BODY.PEEK[1]<5.20>", "BODY.PEEK[]<9000000.5>",
    "BINARY.PEEK[1]", "BINARY.SIZE[1]",
)  # fmt: skip
SEARCHES = (
    "SUBJECT meeting", "SUBJECT re:", "FROM example", 'FROM "Ana Ruiz"', "TO linux", "CC list", "BCC a",
    "TEXT money", "TEXT received", "BODY unsubscribe", "BODY 12", "HEADER X-Mailer Outlook",
    'HEADER Reply-To ""', "HEADER Message-ID crepes", 'OR SUBJECT linux NOT FROM "a"', "NOT BODY the",
    "SENTBEFORE 22-Aug-2002", "SENTON 6-Nov-2026", "SENTSINCE 1-Jan-2003", "BEFORE 5-Mar-2021",
    "ON 5-Mar-2021", "SINCE 5-Mar-2021", "LARGER 5000", "SMALLER 1000", "SEEN UNANSWERED",
    "KEYWORD work UNKEYWORD $Forwarded", "DELETED DRAFT",
    "SUBJECT 会议", "TEXT 谢谢", "BODY 谢谢", "FROM 张", "SUBJECT ÜBERWEISUNG", "UID 5:30 TEXT html",
)  # fmt: skip
SORTS = (
    "ARRIVAL", "DATE", "SIZE", "SUBJECT", "FROM", "TO", "CC", "REVERSE DATE", "REVERSE SUBJECT",
    "SUBJECT REVERSE DATE", "DISPLAYFROM", "DISPLAYTO",
)  # fmt: skip
THREADS = ("REFERENCES", "ORDEREDSUBJECT")
_REFUSED = b"refused"
# Their words are the same whatever their case (RFC 2045 §5.1).
_ANY_CASE = ("BODYSTRUCTURE", "BODY")


class Peer:
    """A server that has the messages; called again where it hangs up, as Dovecot does on some odd ones."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._port, self._user, self._password = port, user, password
        self.session = self._open()

    def _open(self) -> imaplib.IMAP4:
        session = imaplib.IMAP4(LOOPBACK, self._port, timeout=300)
        session.login(self._user, self._password)
        return session

    def append(self, messages: Sequence[Sample]) -> None:
        """Give it the messages."""
        self.session.create(_FOLDER)
        for sample in messages:
            # Not by `append`: it makes a line end of a bare CR.
            self.session.literal = sample.raw
            at = imaplib.Time2Internaldate(sample.received_at)
            kind, data = self.session.xatom("APPEND", _FOLDER, f"({sample.flags})", at)
            if kind != "OK":
                raise ValueError(f"{sample.name} was refused: {data!r}")
        self.session.select(_FOLDER, readonly=True)

    def fetch(self, item: str, count: int) -> dict[int, Value]:
        """One item of every message."""
        found: dict[int, Value] = {}
        for numbers in batched(range(1, count + 1), 100, strict=False):
            found |= self._fetch(item, numbers)
        return found

    def _fetch(self, item: str, numbers: Sequence[int]) -> dict[int, Value]:
        try:
            kind, data = self.session.fetch(f"{numbers[0]}:{numbers[-1]}", f"({item})")
        except imaplib.IMAP4.abort:
            self.session, kind, data = self._open(), "NO", []
            self.session.select(_FOLDER, readonly=True)
        if kind != "OK":
            # What was answered before the NO would come with the next answer.
            self.session.untagged_responses.clear()
        else:
            answers = imap_values.fetched(data)
            return {number: _normal(item, _value(items, item)) for number, items in answers.items()}
        if len(numbers) == 1:
            return {numbers[0]: _REFUSED}
        single = (self._fetch(item, [number]) for number in numbers)
        return {number: value for answer in single for number, value in answer.items()}


def _value(items: list[Value], item: str) -> Value:
    """The answer names a stretch by its beginning alone."""
    label = re.sub(r"\.\d+>$", ">", item.replace(".PEEK", ""))
    return imap_values.item(items, label.encode())


def _normal(item: str, value: Value) -> Value:
    if item in _ANY_CASE:
        return _lowered(value)
    if "[" in item and value is None:
        # Dovecot says "" of a part that isn't there, which is NIL (RFC 9051 §4.5).
        return b""
    if item == "FLAGS" and isinstance(value, list):
        return sorted((flag for flag in value if flag != b"\\Recent"), key=lambda flag: bytes(flag or b""))
    return value


def _lowered(value: Value) -> Value:
    if isinstance(value, list):
        return [_lowered(each) for each in value]
    return value.lower() if value else value


def _search(session: imaplib.IMAP4, keys: str) -> Value:
    if keys.isascii():
        kind, data = session.search(None, keys)
    else:
        key, _, text = keys.partition(" ")
        session.literal = text.encode()
        kind, data = session.search("UTF-8", key)
    return b" ".join(piece for piece in data if piece) if kind == "OK" else _REFUSED


def _sort(session: imaplib.IMAP4, keys: str) -> Value:
    kind, data = session.sort(f"({keys})", "UTF-8", "ALL")
    return data[0] if kind == "OK" else _REFUSED


def _thread(session: imaplib.IMAP4, algorithm: str) -> Value:
    kind, data = session.thread(algorithm, "UTF-8", "ALL")
    return data[0].replace(b" (", b"(") if kind == "OK" else _REFUSED


class Comparison:
    """Both servers side by side; counts what differs, and shows what `shown` names."""

    def __init__(
        self, theirs: Peer, ours: Peer, messages: Sequence[Sample], shown: set[str], most: int
    ) -> None:
        self._theirs, self._ours, self._messages = theirs, ours, messages
        self._shown, self._most = shown, most
        self.rows: list[tuple[str, int]] = []

    def items(self) -> None:
        """FETCH, message by message; and what we keep is what was appended."""
        count = len(self._messages)
        for item in ITEMS:
            theirs, ours = self._theirs.fetch(item, count), self._ours.fetch(item, count)
            differing = [number for number in range(1, count + 1) if theirs.get(number) != ours.get(number)]
            self.rows.append((item, len(differing)))
            for number in differing[: self._most] if item in self._shown else []:
                self._show(
                    f"{item} of {number} ({self._messages[number - 1].name})", theirs[number], ours[number]
                )
            if item == "BODY.PEEK[]":
                changed = sum(ours[number] != sample.raw for number, sample in enumerate(self._messages, 1))
                self.rows.append(("not the bytes appended", changed))

    def whole(self, name: str, asked: Sequence[str], ask: Callable[[imaplib.IMAP4, str], Value]) -> None:
        """SEARCH, SORT, THREAD: one answer for all messages."""
        for keys in asked:
            theirs, ours = ask(self._theirs.session, keys), ask(self._ours.session, keys)
            label = f"{name} {keys}"
            if name == "SEARCH":
                theirs, ours = self._only(theirs, ours), self._only(ours, theirs)
            self.rows.append((label, _distance(theirs, ours)))
            if self._shown & {name, label} and theirs != ours:
                self._show(label, theirs, ours)
                if name == "SORT" and isinstance(theirs, bytes) and isinstance(ours, bytes):
                    print(
                        "  moved ", ", ".join(self._messages[each - 1].name for each in _moved(theirs, ours))
                    )

    def _only(self, one: Value, other: Value) -> Value:
        """The names of messages that one server found alone."""
        assert isinstance(one, bytes) and isinstance(other, bytes)
        if _REFUSED in (one, other):
            return one
        left = set(map(int, one.split())) - set(map(int, other.split()))
        return [f"{number} {self._messages[number - 1].name}".encode() for number in sorted(left)]

    def _show(self, what: str, theirs: Value, ours: Value) -> None:
        print(f"--- {what}\n  theirs {_short(theirs)}\n  ours   {_short(ours)}")


def _short(value: Value) -> str:
    return repr(value)[:3000]


def _distance(theirs: Value, ours: Value) -> int:
    """How many messages two answers don't have alike, in their place."""
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(theirs) + len(ours)
    assert isinstance(theirs, bytes) and isinstance(ours, bytes)
    if theirs.startswith(b"("):
        one, other = set(theirs.split(b")(")), set(ours.split(b")("))
        return len(one - other)
    return len(_moved(theirs, ours))


def _moved(theirs: bytes, ours: bytes) -> list[int]:
    """The fewest messages that would have to stand elsewhere for the orders to be one (patience sorting)."""
    places = {int(number): place for place, number in enumerate(ours.split())}
    tops: list[int] = []
    piles: list[tuple[int, int]] = []
    numbers = [int(number) for number in theirs.split()]
    for number in numbers:
        pile = bisect_left(tops, places.get(number, -1))
        tops[pile : pile + 1] = [places.get(number, -1)]
        piles.append((number, pile))
    moved, wanted = [], len(tops) - 1
    for number, pile in reversed(piles):
        if pile == wanted:
            wanted -= 1
        else:
            moved.append(number)
    return moved


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--show", nargs="*", default=[])
    parser.add_argument("--most", type=int, default=10, help="show so many messages of an item")
    return parser.parse_args()


def main() -> None:
    """Compare, and print a table."""
    end_as_interrupted()
    imaplib._MAXLINE = 100_000_000  # type: ignore[attr-defined]
    options = _options()
    messages = samples(options.count, options.cache)
    shutil.rmtree(options.directory, ignore_errors=True)
    dovecot = Dovecot(options.directory / "dovecot")
    dovecot.setup([_USER])
    server = Server(options.directory / "postillion", _DOMAIN, {"PLAINTEXT_AUTH": "always"})
    address = f"{_USER}@{_DOMAIN}"
    server.prepare(address)
    try:
        dovecot.start()
        server.start("run_imap", ready="IMAP")
        theirs = Peer(dovecot.port, _USER, DOVECOT_PASSWORD)
        ours = Peer(server.ports["IMAP"], address, PASSWORD)
        theirs.append(messages)
        ours.append(messages)
        comparison = Comparison(theirs, ours, messages, set(options.show), options.most)
        comparison.items()
        comparison.whole("SEARCH", SEARCHES, _search)
        comparison.whole("SORT", SORTS, _sort)
        comparison.whole("THREAD", THREADS, _thread)
    finally:
        server.stop()
        dovecot.stop()
    print(table(("answer", "differ"), comparison.rows))
    say(
        {"messages": len(messages), "differ": dict(comparison.rows)},
        f"{len(messages)} messages: {sum(1 for _, count in comparison.rows if not count)} of "
        f"{len(comparison.rows)} answers are alike for all of them",
    )


if __name__ == "__main__":
    main()
