"""The live stream over real connections: what five hundred open windows cost, what a storm of mail tells."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.logs import LogWatch
from tests.mail import arrive, letter
from tests.people import Person
from tests.serving import serving
from webmail.live import PACE_SECONDS
from webmail.store import queries

pytestmark = pytest.mark.django_db(transaction=True)

WINDOWS = 500
# How SQLite is asked whether anybody committed: it reads no table (store/announce/sources.py).
LOOK = "PRAGMA data_version"


class Window:
    """An open page: a connection that hears events."""

    def __init__(self, site: str, cookie: str) -> None:
        address = urlsplit(site)
        self._socket = socket.create_connection((address.hostname, address.port), timeout=30)
        request = f"GET /live/ HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {cookie}\r\n\r\n"
        self._socket.sendall(request.encode())
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def next(self) -> int:
        """Wait for the next modseq."""
        while True:
            line = self._file.readline()
            assert line, "the stream ended"
            if line.startswith(b"data: "):
                return int(line.removeprefix(b"data: "))


@pytest.fixture
def statements(tmp_path: Path) -> Path:
    path = tmp_path / "statements"
    path.touch()
    return path


@pytest.fixture
def site(statements: Path, tmp_path: Path, log_watch: LogWatch) -> Iterator[str]:
    log = tmp_path / "log"
    with serving("tests.counted_site:application", log, STATEMENTS=str(statements)) as address:
        log_watch.watch_file(log)
        yield address
        # Hundreds of windows have gone at once: a signal that comes before the loop has seen it is lost:
        # asyncio keeps both in one pipe. What is answered now comes after them.
        urlopen(f"{address}/sign-in/").close()


@pytest.fixture
def cookie_of(site: str) -> Callable[[Person], str]:
    def give(person: Person) -> str:
        client = Client()
        client.force_login(person.user)
        return f"session_{site.rsplit(':', 1)[-1]}={client.session.session_key}"

    return give


@pytest.mark.skipif(
    connection.vendor != "sqlite" and not settings.REDIS_URL,
    reason="PostgreSQL without Redis is asked twice a second, for all windows at once",
)
def test_five_hundred_windows_cost_no_query_while_nothing_happens(
    site: str, cookie_of: Callable[[Person], str], statements: Path, alice: Person, bob: Person
) -> None:
    people = [alice, bob]
    cookies = [cookie_of(person) for person in people]
    with ExitStack() as stack:
        windows = [stack.enter_context(Window(site, cookies[n % 2])) for n in range(WINDOWS)]
        known = [window.next() for window in windows]
        time.sleep(1)
        before = statements.read_text().splitlines()
        assert len(before) >= WINDOWS  # each has read its session
        time.sleep(4)
        since = statements.read_text().splitlines()[len(before) :]
        assert [statement for statement in since if statement != LOOK] == []
        arrive(alice.account.pk, letter())
        told = queries.current_modseq(alice.account.pk)
        assert {window.next() for window in windows[::2]} == {told}
        assert told > known[0]
        time.sleep(0.5)
        since = statements.read_text().splitlines()[len(before) :]
        # One read for all windows, at the most: Redis has told it.
        assert len([statement for statement in since if statement != LOOK]) <= 1


def test_a_storm_is_told_in_steps(site: str, cookie_of: Callable[[Person], str], alice: Person) -> None:
    cookie = cookie_of(alice)
    with Window(site, cookie) as window:
        known = first = window.next()
        started = time.monotonic()
        for number in range(150):
            arrive(alice.account.pk, letter(f"No. {number}", number=number))
        last = queries.current_modseq(alice.account.pk)
        told = 0
        while known < last:
            known = window.next()
            told += 1
        seconds = time.monotonic() - started
    assert last - first == 150
    assert told <= seconds / PACE_SECONDS + 2
    request = Request(f"{site}/changes/?since={first}&in=inbox", headers={"Cookie": cookie})
    with urlopen(request) as answer:
        missed = json.load(answer)
    assert len(missed["rows"]) == 150
