"""Import a folder of mails into a fresh server, and open every page, body, source and attachment of them.

    python -m tests.corpus.walk FOLDER

The server takes them by `import_mail`; then all that the web shows of them is asked for over HTTP. Ends with
status 1 when a page answered with another status than 200, when a message was imported and not shown, or when
the server logged a traceback.
"""

import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.figures import percentile, say
from bench.processes import end_as_interrupted
from bench.server import PASSWORD, Server
from bench.web_session import Answer, WebSession, older_page

_ADDRESS = "reader@corpus.test"
_MOST_PAGES = 1000


class Walk:
    """Asks for everything that the site shows, and remembers what went wrong and what was slow."""

    def __init__(self, session: WebSession) -> None:
        self.session = session
        self.wrong: list[str] = []
        self.seconds: dict[str, list[float]] = {}
        self.slowest: list[tuple[float, str]] = []
        self.messages: set[str] = set()

    def ask(self, kind: str, path: str) -> Answer:
        """One page, noted under its kind."""
        answer = self.session.get(path)
        if answer.status != 200:
            self.wrong.append(f"{answer.status} {path}")
        self.seconds.setdefault(kind, []).append(answer.seconds)
        self.slowest = sorted([*self.slowest, (answer.seconds, path)], reverse=True)[:10]
        return answer

    def everything(self) -> None:
        """Every page of all mail, each conversation on it, and all that belongs to its messages."""
        path = "/mail/all/"
        for _ in range(_MOST_PAGES):
            page = self.ask("list", path).text
            for conversation in _links(page, r"/conversations/\d+/[^\"#]*"):
                self._conversation(conversation)
            path = older_page(page, path)
            if not path:
                return
        self.wrong.append(f"more than {_MOST_PAGES} pages")

    def _conversation(self, path: str) -> None:
        """One conversation: the page, and the frames and files of every message in it."""
        page = self.ask("conversation", path).text
        messages = set(re.findall(r"/messages/(\d+)/", page))
        for key in sorted(messages - self.messages):
            self.messages.add(key)
            self.ask("body", f"/messages/{key}/body/")
            self.ask("source", f"/messages/{key}/source/")
        for part in _links(page, r"/messages/\d+/parts/[^\"#]*"):
            self.ask("attachment", part)
        for archive in _links(page, r"/messages/\d+/attachments\.zip[^\"#]*"):
            self.ask("archive", archive)


def _links(page: str, pattern: str) -> list[str]:
    """What the page links to and the pattern describes, once each, in order."""
    found = re.findall(rf'"({pattern})"', page)
    return list(dict.fromkeys(link.replace("&amp;", "&") for link in found))


def _tracebacks(server: Server) -> list[str]:
    """What the server's logs hold of tracebacks and errors."""
    bad = re.compile(r"Traceback \(most recent call last\)|\b(ERROR|CRITICAL)\b")
    found = []
    for log in sorted(server.home.glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()
        found += [
            "\n".join(lines[number : number + 80]) for number, line in enumerate(lines) if bad.search(line)
        ]
    return found


def open_everything(letters: Path, count: int) -> int:
    """Import `count` mails of a folder into a fresh server and walk it; returns the exit status."""
    end_as_interrupted()
    with tempfile.TemporaryDirectory(prefix="corpus-") as name:
        server = Server(Path(name) / "server", "corpus.test")
        server.prepare(_ADDRESS)
        started = time.perf_counter()
        report = server.manage("import_mail", _ADDRESS, str(letters))
        import_seconds = time.perf_counter() - started
        print(report.strip())
        imported = server.count(_ADDRESS)
        try:
            server.start_all()
            walk = _walk(server)
        finally:
            server.stop()
        tracebacks = _tracebacks(server)
    return _say(walk, count, imported, import_seconds, tracebacks)


def _walk(server: Server) -> Walk:
    session = WebSession(server.site)
    session.sign_in(_ADDRESS, PASSWORD)
    walk = Walk(session)
    walk.everything()
    return walk


def _say(walk: Walk, count: int, imported: int, import_seconds: float, tracebacks: list[str]) -> int:
    """Print counts, what was wrong and the slowest; 0 when all is well."""
    for line in [*walk.wrong[:20], *tracebacks[:5]]:
        print(line)
    for seconds, path in walk.slowest:
        print(f"  {1000 * seconds:8.1f} ms  {path}")
    asked = Counter({kind: len(values) for kind, values in walk.seconds.items()})
    p95 = {kind: round(1000 * percentile(values, 95), 1) for kind, values in walk.seconds.items()}
    result = {"mails": count, "imported": imported, "shown": len(walk.messages), "import_s": import_seconds}
    say(
        {**result, "asked": asked, "p95_ms": p95, "wrong": len(walk.wrong), "tracebacks": len(tracebacks)},
        f"{imported} of {count} mails imported in {import_seconds:.0f} s, {len(walk.messages)} opened, "
        f"{sum(asked.values())} pages and files: {len(walk.wrong)} wrong, {len(tracebacks)} errors logged",
    )
    return int(bool(walk.wrong or tracebacks or len(walk.messages) != imported))


def main() -> int:
    """Walk the folder named; returns the exit status."""
    if len(sys.argv) != 2:
        print("usage: python -m tests.corpus.walk FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    return open_everything(folder, sum(1 for path in folder.rglob("*.eml") if path.is_file()))


if __name__ == "__main__":
    sys.exit(main())
