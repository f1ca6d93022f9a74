"""From Send at Alice's to the row in Bob's open window, in seconds, on a running demo.

    python -m bench.journey [--runs 10] [--from-site http://127.0.0.1:8000] [--to-site http://127.0.0.1:8100]

Both sign in by the form; Alice has her undo window off while this runs. Bob's window is his inbox with its
live stream open: the clock stops when what the stream made the page ask for holds the row. `taken` is when
Alice's Send was answered. At last the bytes are compared: what Bob can download must be what Alice's
copy is, with trace fields in front and nothing else changed.
"""

import argparse
import http.client
import re
import statistics
import time
from collections.abc import Iterator

from . import letters
from .figures import rounded, say, spread
from .web_session import UnexpectedAnswerError, WebSession

_TRACE_FIELDS = {
    "return-path",
    "delivered-to",
    "received",
    "authentication-results",
    "received-spf",
    "dkim-signature",
}
_LONGEST = 60.0
_TEXT = "你好，Bob！\r\n\r\nA letter that is timed.\r\n.\r\nFrom here on, a line that begins with From.\r\n"


class Window:
    """Bob's open inbox: the stream, and what the page asks for when it tells of news."""

    def __init__(self, session: WebSession) -> None:
        self._session = session
        page = session.get("/mail/inbox/").text
        found = re.search(r'data-modseq="(\d+)"', page)
        if found is None:
            raise UnexpectedAnswerError("the inbox doesn't say what it knows")
        self._known = int(found[1])
        self._stream = session.stream("/live/")
        self._events = _events(self._stream)

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def wait_for(self, subject: str) -> str:
        """The row with this subject, as soon as the page would draw it."""
        deadline = time.monotonic() + _LONGEST
        for modseq in self._events:
            if time.monotonic() > deadline:
                break
            if modseq <= self._known:
                continue
            news = self._session.get(f"/changes/?since={self._known}&in=inbox").json()
            self._known = news["modseq"]
            for row in news.get("rows", []):
                if subject in row["html"]:
                    return str(row["html"])
        raise TimeoutError(f"{subject} did not arrive within {_LONGEST:.0f} s")


def _events(stream: http.client.HTTPResponse) -> Iterator[int]:
    """The numbers that a stream of server-sent events tells."""
    for line in stream:
        if line.startswith(b"data:"):
            yield int(line[5:])


def download(session: WebSession, row: str) -> bytes:
    """The bytes of the latest message of the conversation in this row."""
    conversation = _found(r'href="(/conversations/[^"]+)"', row)
    message = _all(r"/messages/(\d+)/source/", session.get(conversation).text)[-1]
    source = session.get(f"/messages/{message}/source/").text
    return session.get(_found(r'href="(/messages/\d+/[^"]*(?:download|eml)[^"]*)"', source)).body


def _all(pattern: str, text: str) -> list[str]:
    found = re.findall(pattern, text)
    if not found:
        raise UnexpectedAnswerError(f"nothing on the page is {pattern}")
    return [match.replace("&amp;", "&") for match in found]


def _found(pattern: str, text: str) -> str:
    return _all(pattern, text)[0]


def check_bytes(sent: bytes, received: bytes) -> list[str]:
    """The names of the trace fields in front of what was sent; raises AssertionError on any other change."""
    if not received.endswith(sent):
        raise AssertionError("the message was changed on its way")
    trace = received[: len(received) - len(sent)]
    names = [match.decode().lower() for match in re.findall(rb"^([!-9;-~]+):", trace, re.MULTILINE)]
    foreign = set(names) - _TRACE_FIELDS
    if foreign or not trace.endswith(b"\r\n"):
        raise AssertionError(f"fields in front that are no trace: {foreign}")
    return names


def run(alice: WebSession, bob: WebSession, bob_address: str) -> tuple[float, float, str]:
    """One letter: seconds until Send was answered, and until Bob has the row; its subject."""
    subject = letters.unique_subject("journey")
    fields = letters.open_composer(alice)
    with Window(bob) as window:
        started = time.perf_counter()
        answer = letters.send(alice, fields, bob_address, subject, _TEXT)
        taken = time.perf_counter() - started
        if answer.status != 200:
            raise UnexpectedAnswerError(f"Send: {answer.status} {answer.text[:300]}")
        window.wait_for(subject)
        return taken, time.perf_counter() - started, subject


def _row(session: WebSession, slug: str, subject: str) -> str:
    """The line of a list that shows this subject."""
    page = session.get(f"/mail/{slug}/").text
    row = next((part for part in page.split("<li ") if subject in part), "")
    if not row:
        raise UnexpectedAnswerError(f"{subject} isn't in {slug}")
    return row


def main() -> None:
    """Send, measure, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--from-site", default="http://127.0.0.1:8000")
    parser.add_argument("--to-site", default="http://127.0.0.1:8100")
    parser.add_argument("--from-address", default="alice@crepes.test")
    parser.add_argument("--to-address", default="bob@hamburger.test")
    parser.add_argument("--password", default="postillion")
    options = parser.parse_args()
    alice, bob = WebSession(options.from_site), WebSession(options.to_site)
    alice.sign_in(options.from_address, options.password)
    bob.sign_in(options.to_address, options.password)
    letters.set_undo_window(alice, 0)
    try:
        runs = [run(alice, bob, options.to_address) for _ in range(options.runs)]
    finally:
        letters.set_undo_window(alice, 10)
    subject = runs[-1][2]
    trace = check_bytes(
        download(alice, _row(alice, "sent", subject)), download(bob, _row(bob, "inbox", subject))
    )
    taken, shown = [run[0] for run in runs], [run[1] for run in runs]
    middle = rounded(statistics.median(shown))
    say(
        {"taken_s": spread(taken), "shown_s": spread(shown), "runs": len(runs), "trace": trace},
        f"Send answered after {rounded(statistics.median(taken))} s, the row at Bob's after {middle} s "
        f"(median of {len(runs)}); bytes equal behind {', '.join(trace)}",
    )


if __name__ == "__main__":
    main()
