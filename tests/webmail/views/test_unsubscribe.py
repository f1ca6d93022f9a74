"""Leaving a list from its message: what is said before, which way is gone, guards, and what is kept."""

import base64
from collections.abc import Callable
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client

from mailserver.dns import NoSuchNameError
from mailserver.one_click import UnsubscribeError
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import submit as sending
from webmail.models import Contact, OutboundRecipient, Unsubscription
from webmail.store import queries
from webmail.views import unsubscribe

JSON = {"Accept": "application/json"}
POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
SIGNED = [b"from", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"]


class Shop:
    """A mailer with a key, its DNS, and a server that takes one click, or not."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 1024)
        self.posted: list[str] = []
        self.refuses: UnsubscribeError | None = None

    def txt(self, name: str) -> list[bytes]:
        if name != "s1._domainkey.shop.test":
            raise NoSuchNameError(name)
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return [b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)]

    def sign(self, raw: bytes, fields: list[bytes] = SIGNED) -> bytes:
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        return dkim.sign(raw, b"s1", b"shop.test", pem, include_headers=fields) + raw

    def click(self, _web: object, url: str) -> None:
        self.posted.append(url)
        if self.refuses:
            raise self.refuses


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = Shop()
    monkeypatch.setattr(unsubscribe, "_resolver", lambda _server: made)
    monkeypatch.setattr(unsubscribe, "web", lambda _server: None)
    monkeypatch.setattr(unsubscribe.one_click, "unsubscribe", made.click)
    monkeypatch.setattr(sending, "kick", lambda _domains: None)
    return made


def newsletter(*fields: str, number: int = 1, sender: str = "Shop <news@shop.test>") -> bytes:
    head = "".join(f"{field}\r\n" for field in fields)
    return head.encode() + letter("Sale", "Everything.", number=number, sender=sender)


ONE_CLICK = newsletter("List-Unsubscribe: <mailto:leave@shop.test>, <https://shop.test/u/1>", POST)


@pytest.fixture
def bring(alice: Person) -> Callable[..., int]:
    def one(raw: bytes, **placement: object) -> int:
        return arrive(alice.account.pk, raw, **placement).message_id

    return one


def asked(web: Client, message_id: int) -> str:
    answer = web.get(f"/messages/{message_id}/unsubscribe/")
    assert answer.status_code == 200
    return answer.content.decode()


def page(web: Client, alice: Person, message_id: int) -> str:
    thread = queries.message(alice.account.pk, message_id).thread_id
    return web.get(f"/conversations/{thread}/?in=inbox").content.decode()


def test_only_mail_that_says_how_can_be_left(web: Client, alice: Person, bring: Callable[..., int]) -> None:
    link = "/messages/{}/unsubscribe/"
    listed, plain = bring(ONE_CLICK), bring(letter("Hello", number=2))
    spam = bring(newsletter("List-Unsubscribe: <https://x.test/>", number=3, sender="a@x.test"), role="junk")
    mine = bring(newsletter("List-Unsubscribe: <https://x.test/>", number=4, sender="alice@crepes.test"))
    assert link.format(listed) in page(web, alice, listed)
    for other in (plain, spam, mine):
        assert link.format(other) not in page(web, alice, other)
    assert web.get(link.format(plain)).status_code == 404


def test_one_click_with_a_signature_that_covers_it(
    web: Client, alice: Person, shop: Shop, bring: Callable[..., int]
) -> None:
    message = bring(shop.sign(ONE_CLICK))
    assert "We ask shop.test to take alice@crepes.test off its list." in asked(web, message)
    assert shop.posted == []
    answer = web.post(f"/messages/{message}/unsubscribe/", {"how": "click"}, headers=JSON).json()
    assert answer["text"] == "You are unsubscribed from Shop."
    assert shop.posted == ["https://shop.test/u/1"]
    assert Unsubscription.objects.get().list_key == "news@shop.test"
    later = bring(
        shop.sign(newsletter("List-Unsubscribe: <https://shop.test/u/2>", POST, number=2)), minute=1
    )
    assert "You unsubscribed on" in page(web, alice, later)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _shop, raw: raw,
        lambda shop, raw: shop.sign(raw, [b"from", b"subject", b"list-unsubscribe"]),
        lambda shop, raw: shop.sign(raw, [b"from", b"subject", b"list-unsubscribe-post"]),
        lambda shop, raw: b"List-Unsubscribe: <https://10.0.0.1/>, <mailto:x@y.test>\r\n" + shop.sign(raw),
        lambda shop, raw: shop.sign(raw).replace(b"/u/1", b"/u/2"),
        lambda shop, raw: shop.sign(raw).replace(b"d=shop.test", b"d=other.test"),
    ],
    ids=["unsigned", "post-uncovered", "url-uncovered", "added", "changed", "no-key"],
)
def test_without_one_a_message_is_sent(
    web: Client, shop: Shop, bring: Callable[..., int], spoil: Callable[[Shop, bytes], bytes]
) -> None:
    message = bring(spoil(shop, ONE_CLICK))
    assert "We send a message from alice@crepes.test to" in asked(web, message)
    answer = web.post(f"/messages/{message}/unsubscribe/", {"how": "click"}, headers=JSON)
    assert answer.status_code == 422
    assert shop.posted == []


def test_the_message_goes_from_the_address_it_came_to(
    web: Client, alice: Person, shop: Shop, bring: Callable[..., int]
) -> None:
    alice.account.aliases.create(domain=alice.account.domain, address="shop@crepes.test")
    way = "List-Unsubscribe: <mailto:Leave@lists.test?subject=unsubscribe%20me&body=please>"
    message = bring(
        newsletter("List-Id: Cooks <cooks.lists.test>", way), prefix=b"Delivered-To: shop@crepes.test\r\n"
    )
    assert "We send a message from shop@crepes.test to leave@lists.test." in asked(web, message)
    for _twice in range(2):
        answer = web.post(f"/messages/{message}/unsubscribe/", {"how": "mail"}, headers=JSON).json()
        assert answer["text"] == "A message was sent that unsubscribes you from Cooks."
    sent = OutboundRecipient.objects.get()
    assert sent.address == "leave@lists.test"
    raw = queries.raw(alice.account.pk, sent.message.sent_message_id)
    for line in (
        b"From: shop@crepes.test",
        b"Subject: unsubscribe me",
        b"Auto-Submitted: auto-generated",
        b"please",
    ):
        assert line in raw
    assert not Contact.objects.exists()
    assert Unsubscription.objects.get().list_key == "<cooks.lists.test>"


def test_a_page_is_opened_by_the_person(web: Client, shop: Shop, bring: Callable[..., int]) -> None:
    message = bring(newsletter('List-Unsubscribe: <http://shop.test/u?a=1&b="2">'))
    said = asked(web, message)
    assert (
        'href="http://shop.test/u?a=1&amp;b=&quot;2&quot;" target="_blank" rel="noopener noreferrer"' in said
    )
    answer = web.post(f"/messages/{message}/unsubscribe/", {"how": "page"}, headers=JSON)
    assert answer.status_code == 422
    assert not Unsubscription.objects.exists()


def test_a_refusal_is_told_with_the_next_way(web: Client, shop: Shop, bring: Callable[..., int]) -> None:
    message = bring(shop.sign(ONE_CLICK))
    shop.refuses = UnsubscribeError("answered 404", 404)
    answer = web.post(f"/messages/{message}/unsubscribe/", {"how": "click"}, headers=JSON)
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "shop.test did not take it: it answered 404." in said
    assert "We send a message from alice@crepes.test to leave@shop.test." in said
    assert not Unsubscription.objects.exists()
    assert web.post(f"/messages/{message}/unsubscribe/", {"how": "mail"}, headers=JSON).status_code == 200
    shop.refuses = UnsubscribeError("10.0.0.1 is not on the open Internet")
    answer = web.post(f"/messages/{message}/unsubscribe/", {"how": "click"}, headers=JSON)
    assert "could not be reached" in answer.content.decode()
    assert "10.0.0.1" not in answer.content.decode()


def test_after_a_report_of_spam_leaving_is_offered(
    web: Client, alice: Person, bring: Callable[..., int]
) -> None:
    message = bring(ONE_CLICK)
    thread = queries.message(alice.account.pk, message).thread_id
    answer = web.post("/conversations/junk/", {"ids": thread, "in": "inbox"}, headers=JSON).json()
    assert answer["leave"] == f"/messages/{message}/unsubscribe/"
    web.post(answer["undo"], headers=JSON)
    web.post("/conversations/junk/", {"ids": thread, "in": "inbox"})
    shown = web.get("/mail/inbox/").content.decode()
    assert f'href="/messages/{message}/unsubscribe/" data-dialog' in shown
    assert 'action="/undo/' in shown
    other = arrive(alice.account.pk, letter("Plain", number=9)).thread_id
    answer = web.post("/conversations/junk/", {"ids": other, "in": "inbox"}, headers=JSON).json()
    assert answer["leave"] == ""


def test_it_waits_in_the_lane_of_what_waits(tmp_path: Path) -> None:
    from webmail.pages import _WAITING  # noqa: PLC0415 (its threads are made with the module's handler)

    assert _WAITING.match("/messages/5/unsubscribe/")
    assert _WAITING.match("/messages/5/pictures/x/y")
    assert not _WAITING.match("/messages/5/block/")
