"""Notices on devices: encrypted to them, only of what is new in the Inbox, ended with session or service."""

import base64
import json
import re
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.utils import timezone

from mailserver.web import Web
from tests.certificate import server_context
from tests.mail import arrive, letter
from tests.people import Person
from tests.web_peer import Names, Server
from webmail.delivery import push
from webmail.models import PushDevice
from webmail.store import queries

TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
SECRET = b"0123456789abcdef"
JSON = {"Accept": "application/json"}


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


class Device:
    """A browser with keys of its own, and its push service."""

    def __init__(self, service: Server) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.service = service
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def asks(self, client: Client, **other: str) -> int:
        fields = {
            "endpoint": f"https://push.test:{self.service.port}/send/abc",
            "public_key": coded(self.point),
            "secret": coded(SECRET),
        }
        return client.post("/settings/device/notices/", fields | other, headers=JSON).status_code

    def heard(self) -> list[dict[str, str]]:
        """What it was told, decrypted; its service saw nothing of it."""
        found = []
        for request in self.service.requests:
            head, _, body = request.partition(b"\r\n\r\n")
            assert b"Authorization: vapid t=" in head
            assert b"aes128gcm" in head
            text = http_ece.decrypt(body, private_key=self.key, auth_secret=SECRET, version="aes128gcm")
            found.append(json.loads(text))
        return found


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Device]]:
    """Make devices whose push service answers by a script."""
    tls, servers = server_context(tmp_path, "push.test"), []
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    web = Web(
        Names(push=[["127.0.0.1"]]),  # type: ignore[arg-type]
        permitted=lambda address: address == "127.0.0.1",
        ports=lambda _port: True,
        tls=trusting,
    )
    monkeypatch.setattr(push, "web", lambda _server: web)

    def make(*answers: bytes) -> Device:
        servers.append(Server(*answers, tls=tls))
        return Device(servers[-1])

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def browser(alice: Person, client: Client) -> Client:
    client.force_login(alice.user)
    return client


def come(person: Person, subject: str, number: int, **placement: object) -> int:
    raw = letter(subject, number=number)
    return arrive(person.account.pk, raw, received_at=timezone.now(), **placement).thread_id


def run() -> None:
    """What the sweep and its tasks do."""
    for account_id in queries.accounts_with_news():
        push.notify(account_id)


def test_new_mail_is_told_once_and_only_that_of_the_inbox(
    browser: Client, alice: Person, device: Callable[..., Device]
) -> None:
    phone = device(TAKEN, TAKEN, TAKEN)
    come(alice, "Before", 1)
    assert phone.asks(browser) == 200
    thread = come(alice, "Crêpes?", 2)
    come(alice, "Pills", 3, role="junk")
    come(alice, "Read already", 4, flags=frozenset({"\\Seen"}))
    run()
    run()
    assert phone.heard() == [
        {
            "title": "Bob",
            "body": "Crêpes?",
            "tag": f"conversation-{thread}",
            "url": f"/conversations/{thread}/?in=inbox",
        }
    ]
    assert phone.asks(browser, content="false") == 200
    come(alice, "Secret", 5)
    run()
    assert (phone.heard()[1]["title"], phone.heard()[1]["body"]) == ("Postillion", "New mail")


@pytest.mark.parametrize("status", [b"404 Not Found", b"410 Gone"])
def test_a_subscription_that_is_over_is_forgotten(
    browser: Client, alice: Person, device: Callable[..., Device], status: bytes
) -> None:
    phone = device(b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n" % status)
    phone.asks(browser)
    come(alice, "Hello", 1)
    run()
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", 120),
        (b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", 30),
        (b"", 30),
    ],
)
def test_a_service_in_trouble_is_asked_again_later(
    browser: Client, alice: Person, device: Callable[..., Device], answer: bytes, seconds: int
) -> None:
    phone = device(TAKEN, answer, answer, TAKEN)
    phone.asks(browser)
    come(alice, "First", 1)
    come(alice, "Second", 2)
    run()
    assert [said["body"] for said in phone.heard()] == ["First", "Second"]
    row = PushDevice.objects.get()
    assert row.next_at is not None
    assert timedelta(seconds=seconds - 5) < row.next_at - timezone.now() <= timedelta(seconds=seconds)
    run()
    assert len(phone.heard()) == 2, "it is left alone"
    for times in (3, 4):
        PushDevice.objects.update(next_at=timezone.now())
        run()
        # What it took is not told again.
        assert [said["body"] for said in phone.heard()] == ["First", *["Second"] * (times - 1)]
    row.refresh_from_db()
    assert (row.failures, row.next_at, row.told_modseq) == (0, None, queries.current_modseq(alice.account.pk))


def test_what_a_service_refuses_is_not_sent_again(
    browser: Client, alice: Person, device: Callable[..., Device]
) -> None:
    phone = device(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", TAKEN)
    phone.asks(browser)
    come(alice, "First", 1)
    run()
    run()
    assert len(phone.heard()) == 1
    assert PushDevice.objects.get().failures == 0


def test_the_service_knows_who_sends(browser: Client, alice: Person, device: Callable[..., Device]) -> None:
    """VAPID (RFC 8292 §2, §3): a signed token for this service, by the key that the page told the browser."""
    phone = device(TAKEN)
    phone.asks(browser)
    come(alice, "Hello", 1)
    run()
    told = re.search(rb"Authorization: vapid t=([\w.-]+), ?k=([\w-]+)", phone.service.requests[0])
    assert told is not None
    signed, _, signature = told[1].rpartition(b".")
    raw = bytes_of(signature)
    numbers = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(told[2]))
    key.verify(numbers, signed, ec.ECDSA(SHA256()))
    claims = json.loads(bytes_of(signed.partition(b".")[2]))
    assert claims["aud"] == f"https://push.test:{phone.service.port}"
    assert claims["sub"].startswith("mailto:postmaster@")
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert f'data-push-key="{told[2].decode()}"' in browser.get("/settings/device/").content.decode()


def test_signing_out_ends_it(browser: Client, device: Callable[..., Device]) -> None:
    phone = device()
    phone.asks(browser)
    assert PushDevice.objects.count() == 1
    browser.post("/sign-out/")
    assert not PushDevice.objects.exists()


def test_who_asks_is_looked_at(browser: Client, device: Callable[..., Device]) -> None:
    phone = device()
    assert phone.asks(browser, endpoint="http://push.test/send") == 422
    assert phone.asks(browser, public_key=coded(b"\4" + bytes(64))) == 422
    assert phone.asks(browser, secret="short") == 422
    assert phone.asks(browser, endpoint="https://push.test/" + "x" * 1000) == 422
    assert phone.asks(browser) == 200
    assert browser.post("/settings/device/notices/end/", headers=JSON).status_code == 200
    assert not PushDevice.objects.exists()


def test_a_service_in_our_own_network_is_not_asked(
    browser: Client, alice: Person, device: Callable[..., Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = device(TAKEN)
    phone.asks(browser)
    monkeypatch.setattr(push, "web", lambda _server: Web(Names(push=[["127.0.0.1"]]), ports=lambda _p: True))  # type: ignore[arg-type]
    come(alice, "Hello", 1)
    run()
    assert phone.service.requests == []
    assert PushDevice.objects.count() == 1
