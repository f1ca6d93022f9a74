"""A filter of the server, asked about each message: what it says is done."""

import json
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.contacts import know
from tests.logs import LogWatch
from tests.mail import letter
from tests.mailserver.running import Running, serving
from tests.people import Person, make_person
from webmail.delivery import examine
from webmail.models import SpamMark
from webmail.servers import smtp_server
from webmail.store import queries, spam_marks

SYMBOLS = {"R_SPF_ALLOW": -0.2, "BAYES_SPAM": 5.1, "RBL_SPAMHAUS": 6.0, "ARC_NA": 0.0}


class Script(HTTPServer):
    """An rspamd that says what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.action = "no action"
        self.answer: Callable[[BaseHTTPRequestHandler], None] = self.say
        self.asked: list[tuple[str, list[tuple[str, str]], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def say(self, handler: BaseHTTPRequestHandler) -> None:
        symbols = {name: {"name": name, "score": score} for name, score in SYMBOLS.items()}
        self.send(handler, json.dumps({"action": self.action, "score": 11.1, "symbols": symbols}).encode())

    def send(self, handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        script = self.server
        assert isinstance(script, Script)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        script.asked.append((self.path, self.headers.items(), body))
        script.answer(self)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def rspamd() -> Iterator[Script]:
    script = Script()
    thread = threading.Thread(target=script.serve_forever, args=(0.02,))
    thread.start()
    yield script
    script.shutdown()
    script.server_close()
    thread.join()


@pytest.fixture
def smtp(transactional_db: None, settings: LazySettings, tmp_path: Path, rspamd: Script) -> Iterator[Running]:
    settings.DATA_DIR = tmp_path
    settings.RSPAMD_URL = rspamd.url
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(smtp_server.make_server(smtp_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run


def send(smtp: Running, subject: str, sender: str = "who@y.test") -> None:
    with smtplib.SMTP(*smtp.address, local_hostname="client.test", timeout=20) as client:
        client.sendmail(sender, ["alice@crepes.test"], letter(subject, sender=sender))


def subjects(person: Person, role: str) -> set[str]:
    rows = queries.mailbox_page(person.account.pk, person.mailbox(role)).rows
    return {row.subject for row in rows}


def test_what_it_says_is_done(smtp: Running, rspamd: Script) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    know(alice.account.pk, "Friend", "friend@y.test")
    send(smtp, "Fine")
    for action in ("add header", "rewrite subject", "greylist"):
        rspamd.action = action
        send(smtp, action)
    rspamd.action = "add header"
    send(smtp, "From a friend", "friend@y.test")
    for action, code in (("reject", 550), ("soft reject", 451)):
        rspamd.action = action
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(smtp, action)
        assert refused.value.smtp_code == code
    assert subjects(alice, "inbox") == {"Fine", "greylist", "From a friend"}
    assert subjects(alice, "junk") == {"add header", "rewrite subject"}
    reasons = {spam_marks.loads(mark.reason) for mark in SpamMark.objects.all()}
    assert reasons == {spam_marks.Reason("rspamd", ("RBL_SPAMHAUS", "BAYES_SPAM"))}
    path, headers, body = rspamd.asked[0]
    told = {name.lower(): value for name, value in headers}
    assert path == "/checkv2"
    assert (told["ip"], told["helo"], told["from"]) == ("127.0.0.1", "client.test", "who@y.test")
    assert told["rcpt"] == "alice@crepes.test"
    assert body == letter("Fine", sender="who@y.test")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"action": "reject", "score": "much"}', b"[" * 100_000, b" " * (2 << 20)],
)
def test_an_answer_that_is_none_is_not_believed(
    smtp: Running, rspamd: Script, log_watch: LogWatch, body: bytes
) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    rspamd.answer = lambda handler: rspamd.send(handler, body)
    send(smtp, "One")
    send(smtp, "Two")
    assert subjects(alice, "inbox") == {"One", "Two"}
    assert len(rspamd.asked) == 1
    log_watch.expect("rspamd does not answer, mail is taken without it")


def test_slow_and_down(
    smtp: Running, rspamd: Script, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examine, "SECONDS", 0.3)
    monkeypatch.setattr(examine, "PAUSE_SECONDS", 0)
    alice = make_person("alice@crepes.test", "Alice")
    release = threading.Event()
    rspamd.answer = lambda _handler: release.wait(20)
    send(smtp, "Slow")
    assert not release.is_set()
    release.set()
    rspamd.answer = lambda handler: rspamd.send(handler, b"busy", 503)
    send(smtp, "Busy")
    rspamd.server_close()
    send(smtp, "Down")
    assert subjects(alice, "inbox") == {"Slow", "Busy", "Down"}
    # Told once, not with each message.
    log_watch.expect("rspamd does not answer, mail is taken without it")
