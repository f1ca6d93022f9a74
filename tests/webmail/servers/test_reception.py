"""What isn't taken, or not yet: lists of senders, greylisting, and where people find what was refused."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailserver import dnsbl
from mailserver.dns import Resolver
from mailserver.smtp.envelope import Peer
from tests.contacts import know
from tests.mail import letter
from tests.mailserver.running import Running, serving
from tests.mailserver.smtp.memory import RawClient
from tests.names import SERVFAIL, Names
from tests.people import Person, make_person
from webmail.delivery import greylist, turned_away
from webmail.models import Account, Greylisted, MailboxMessage, Rejected
from webmail.servers import smtp_server
from webmail.store import rejects, sweep

EARLY = "451 4.7.1 You write for the first time, please try again in some minutes"
OUTSIDE, NEIGHBOUR, STRANGER = "192.0.2.7", "192.0.2.99", "198.51.100.1"
LISTED = {"7.2.0.192.bl.test": {"A": ["127.0.0.2"]}}


@contextmanager
def served(settings: LazySettings, folder: Path, unchecked: str = "0.0.0.0/0") -> Iterator[Running]:
    settings.DATA_DIR, settings.PROXY_FROM = folder, ["127.0.0.1"]
    # Who the sender is is tried in tests of its own.
    settings.UNCHECKED_NETWORKS = [unchecked]
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(smtp_server.make_server(smtp_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run


@pytest.fixture
def alice(transactional_db: None) -> Person:
    return make_person("alice@crepes.test", "Alice")


@pytest.fixture
def grey(alice: Person, settings: LazySettings, tmp_path: Path) -> Iterator[Running]:
    settings.GREYLIST_SECONDS = 300
    with served(settings, tmp_path) as run:
        yield run


def send(server: Running, ip: str, *recipients: str, sender: str = "bob@there.test", raw: bytes = b"") -> str:
    """Send as from this address; the answer to the content."""
    client = RawClient(server.connect())
    client.send(f"PROXY TCP4 {ip} 127.0.0.1 40000 25\r\n".encode())
    client.reply()
    client.ask("EHLO client.test")
    client.ask(f"MAIL FROM:<{sender}>")
    for recipient in recipients or ("alice@crepes.test",):
        client.ask(f"RCPT TO:<{recipient}>")
    client.ask("DATA")
    client.send((raw or letter()) + b".\r\n")
    answer = client.reply()
    client.close()
    return answer


def later(seconds: float) -> None:
    """Let time pass for those who were asked to come again."""
    for row in Greylisted.objects.all():
        row.first_seen_at -= timedelta(seconds=seconds)
        row.passed_at = row.passed_at and row.passed_at - timedelta(seconds=seconds)
        row.save()


def stored(person: Person, role: str = "inbox") -> int:
    return MailboxMessage.objects.filter(mailbox_id=person.mailbox(role)).count()


def test_who_writes_for_the_first_time_comes_again(grey: Running, alice: Person) -> None:
    assert send(grey, OUTSIDE) == EARLY
    assert send(grey, OUTSIDE) == EARLY
    later(299)
    assert send(grey, OUTSIDE) == EARLY
    later(1)
    assert send(grey, NEIGHBOUR).startswith("250")
    # From then on the network is known, whatever it sends.
    assert send(grey, OUTSIDE, sender="eve@there.test").startswith("250")
    assert send(grey, STRANGER) == EARLY
    assert stored(alice) == 2


def test_who_comes_again_too_late_begins_anew(grey: Running, alice: Person) -> None:
    assert send(grey, OUTSIDE) == EARLY
    later(greylist.EXPIRES.total_seconds() + 1)
    assert send(grey, OUTSIDE) == EARLY
    assert greylist.forget(timezone.now()) == 0
    later(greylist.EXPIRES.total_seconds() + 1)
    assert greylist.forget(timezone.now()) == 1


def test_correspondents_and_our_own_network_do_not_wait(grey: Running, alice: Person) -> None:
    know(alice.account.pk, "Bob", "bob@there.test")
    carol = make_person("carol@crepes.test", "Carol")
    assert send(grey, STRANGER, sender="Bob@there.test").startswith("250")
    assert send(grey, STRANGER, carol.address) == EARLY
    assert send(grey, STRANGER, carol.address, alice.address).startswith("250")
    assert send(grey, "10.1.2.3", carol.address, sender="new@there.test").startswith("250")
    assert Greylisted.objects.count() == 1


def test_who_is_proven_does_not_wait(alice: Person, settings: LazySettings, tmp_path: Path) -> None:
    settings.GREYLIST_SECONDS = 300
    with Names({"there.test": {"TXT": [f'"v=spf1 ip4:{OUTSIDE} ?all"']}}) as names:
        settings.DNS_RESOLVER = names.server
        with served(settings, tmp_path, unchecked="127.0.0.1/32") as run:
            assert send(run, OUTSIDE).startswith("250")
            assert send(run, STRANGER) == EARLY
            assert send(run, OUTSIDE, sender="") == EARLY


def test_where_nothing_is_on_nothing_is_asked(alice: Person, settings: LazySettings, tmp_path: Path) -> None:
    with served(settings, tmp_path) as run:
        assert not run.server.service.backend.examines_from(Peer(OUTSIDE, 25))
        assert send(run, OUTSIDE).startswith("250")
    with CaptureQueriesContext(connection) as asked:
        assert not smtp_server.SmtpBackend().examines_from(Peer(OUTSIDE, 25))
    assert len(asked) == 0


@pytest.mark.parametrize(("action", "answer"), [("refuse", "554 5.7.1 "), ("mark", "250 ")])
def test_servers_on_a_list(
    alice: Person, settings: LazySettings, tmp_path: Path, action: str, answer: str
) -> None:
    with Names(LISTED) as names:
        settings.DNS_RESOLVER, settings.DNSBL_ZONES = names.server, ["other.test", "bl.test"]
        settings.DNSBL_ACTION = action
        with served(settings, tmp_path) as run:
            said = send(run, OUTSIDE)
            assert said.startswith(answer)
            assert send(run, STRANGER).startswith("250")
    if action == "refuse":
        assert said == f"554 5.7.1 Your server [{OUTSIDE}] is listed by bl.test"
        assert Rejected.objects.get().why == "listed"
    assert (stored(alice), stored(alice, "junk")) == ((1, 0) if action == "refuse" else (1, 1))


@pytest.mark.parametrize(
    ("ip", "records", "found"),
    [
        (OUTSIDE, LISTED, "bl.test"),
        (OUTSIDE, {}, ""),
        (OUTSIDE, {"7.2.0.192.bl.test": SERVFAIL}, ""),
        (OUTSIDE, {"7.2.0.192.bl.test": {"A": ["127.255.255.254"]}}, ""),
        (OUTSIDE, {"7.2.0.192.bl.test": {"A": ["203.0.113.1"]}}, ""),
        ("10.0.0.1", {"1.0.0.10.bl.test": {"A": ["127.0.0.2"]}}, ""),
        ("2001:db8::7", {f"7.{'0.' * 23}8.b.d.0.1.0.0.2.bl.test": {"A": ["127.0.0.4"]}}, "bl.test"),
        ("unknown", {}, ""),
    ],
)
def test_what_a_list_says(ip: str, records: dict[str, dict[str, list[str]] | str], found: str) -> None:
    with Names(records) as names:
        assert dnsbl.listed(Resolver(names.server, 2), ip, ["bl.test"]) == found


def test_what_was_refused_is_found_by_whom_it_was_for(grey: Running, alice: Person, client: Client) -> None:
    carol = make_person("carol@crepes.test", "Carol")
    raw = letter("Tickets", sender="=?utf-8?b?5byg?= <box@opera.test>")
    send(grey, OUTSIDE, raw=raw)
    send(grey, OUTSIDE, carol.address, raw=letter("<b>Other</b>"))
    client.force_login(alice.user)
    page = client.get("/settings/rejected/").content.decode()
    assert "张 &lt;box@opera.test&gt;" in page
    assert "Asked to come again" in page
    assert EARLY in page
    assert "Hello there." not in page
    assert "Other" not in page
    assert "Tickets" in client.get("/settings/rejected/?q=opera tick").content.decode()
    assert "Tickets" not in client.get("/settings/rejected/?q=ballet").content.decode()
    later(300)
    assert send(grey, OUTSIDE, raw=raw).startswith("250")
    assert "Has come since" in client.get("/settings/rejected/").content.decode()
    client.force_login(carol.user)
    assert "&lt;b&gt;Other&lt;/b&gt;" in client.get("/settings/rejected/").content.decode()
    assert sweep.run(timezone.now() + rejects.KEPT + timedelta(hours=1)).rejects == 2


def test_who_is_turned_away_at_the_door_is_found_too(
    alice: Person, settings: LazySettings, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account.objects.update(quota_bytes=1, used_bytes=1)
    monkeypatch.setattr(turned_away, "MOST", 3)
    with served(settings, tmp_path) as run:
        for number in range(5):
            for _ in range(2):
                send(run, OUTSIDE, sender=f"bob{number}@there.test")
                send(run, OUTSIDE, "nobody@crepes.test", sender=f"bob{number}@there.test")
        assert not Rejected.objects.exists()
    # Written at the end, or after a minute: each sender once, so many and no more.
    assert sorted(Rejected.objects.values_list("mail_from", flat=True)) == [
        f"bob{number}@there.test" for number in range(3)
    ]
    client.force_login(alice.user)
    page = client.get("/settings/rejected/", {"q": "bob1"}).content.decode()
    assert "Mailbox is full" in page
    assert "Asked to come again" in page


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Subject: long\r\n\r\n" + b"All work and no play\r\n" * 4000, "Message is too large"),
        (b"Subject: short\r\n" + b"Received: by there.test\r\n" * 60 + b"\r\n", "hops"),
        (b"one\rtwo\r\n", "line"),
    ],
    ids=["too large", "in a loop", "bare line ends"],
)
def test_content_that_is_not_taken_is_found_too(  # noqa: PLR0917 — fixtures
    raw: bytes, reason: str, alice: Person, settings: LazySettings, tmp_path: Path, client: Client
) -> None:
    settings.MAX_MESSAGE_BYTES = 60 * 1000
    with served(settings, tmp_path) as run:
        for _ in range(2):
            answer = send(run, OUTSIDE, "alice@crepes.test", "nobody@crepes.test", raw=raw)
            assert answer.startswith("5")
    assert Rejected.objects.get().reply == answer
    client.force_login(alice.user)
    page = client.get("/settings/rejected/").content.decode()
    assert "bob@there.test" in page
    assert reason in page


def test_a_flood_leaves_room(grey: Running, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejects, "MOST", 2)
    for number in range(4):
        assert send(grey, OUTSIDE, sender=f"{number}@there.test") == EARLY
    assert Rejected.objects.count() == 2


def test_a_header_of_any_bytes_is_noted(grey: Running, alice: Person) -> None:
    assert send(grey, OUTSIDE, raw=b"Subject: \xff\xfe\r\nFrom \x01\r\n\r\n") == EARLY
    assert Rejected.objects.get().mail_from == "bob@there.test"
    assert send(grey, OUTSIDE, raw=b"no header\r\n") == EARLY
