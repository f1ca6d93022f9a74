"""Remote pictures: off at first, on request through us, for a sender always; never for whom they are not."""

import base64
import re

import pytest
from django.test import Client

from mailserver.picture_fetch import PictureError
from tests.mail import arrive
from tests.people import Person
from webmail.views import remote_picture

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


class Fetcher:
    """Gives what it was told to, and keeps what it was asked for."""

    def __init__(self, answer: bytes | PictureError) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.answer, PictureError):
            raise self.answer
        return self.answer


@pytest.fixture
def web_pictures(monkeypatch: pytest.MonkeyPatch) -> Fetcher:
    """The web, as it answers to us."""
    fetcher = Fetcher(PNG)
    monkeypatch.setattr(remote_picture, "fetcher", lambda _resolver: fetcher)
    return fetcher


def newsletter(sender: str = "News <News@shop.test>", number: int = 1) -> bytes:
    head = f"From: {sender}\r\nTo: alice@crepes.test\r\nSubject: Sale\r\nMessage-ID: <{number}@shop.test>\r\n"
    body = '<img src="http://shop.test/a.png?x=1&amp;y=ü"><img src="https://a.list-manage.com/track/open.php?u=1">'
    return f"{head}MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}\r\n".encode()


def shown(web: Client, message_id: int, query: str = "") -> str:
    return web.get(f"/messages/{message_id}/body/{query}").content.decode()


def address_of(page: str) -> str:
    found = re.search(r'src="(/messages/\d+/pictures/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_pictures_are_counted_trackers_named_and_neither_loaded(
    web: Client, alice: Person, web_pictures: Fetcher
) -> None:
    page = shown(web, arrive(alice.account.pk, newsletter()).message_id)
    assert "1 remote picture not shown" in page
    assert "1 tracker removed: Mailchimp" in page
    assert "shop.test" not in page
    assert "list-manage" not in page


def test_on_request_a_picture_comes_through_us(web: Client, alice: Person, web_pictures: Fetcher) -> None:
    page = shown(web, arrive(alice.account.pk, newsletter()).message_id, "?remote=1")
    assert "not shown" not in page
    assert "list-manage" not in page
    answer = web.get(address_of(page))
    assert answer.content == PNG
    assert web_pictures.asked == ["http://shop.test/a.png?x=1&y=ü"]
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    "answer", [PictureError("gone"), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b""]
)
def test_what_is_no_picture_is_not_passed_on(
    web: Client, alice: Person, web_pictures: Fetcher, answer: bytes | PictureError
) -> None:
    web_pictures.answer = answer
    page = shown(web, arrive(alice.account.pk, newsletter()).message_id, "?remote=1")
    found = web.get(address_of(page))
    assert found.status_code == 204
    assert found.content == b""


def test_nothing_but_what_a_letter_names_is_fetched(
    web: Client, alice: Person, bob: Person, client: Client, web_pictures: Fetcher
) -> None:
    first = arrive(alice.account.pk, newsletter())
    second = arrive(alice.account.pk, newsletter(number=2))
    url = address_of(shown(web, first.message_id, "?remote=1"))
    prefix, signature, _coded = url.rsplit("/", 2)
    other = base64.urlsafe_b64encode(b"http://inside.test/").decode().rstrip("=")
    forged = [
        f"{prefix}/{signature}/{other}",
        f"{prefix}/{'0' * 32}/{other}",
        url.replace(f"/{first.message_id}/", f"/{second.message_id}/"),
        f"{url}A",
    ]
    assert [web.get(each).status_code for each in forged] == [404] * 4
    client.force_login(bob.user)
    assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302
    assert web_pictures.asked == []


def test_a_senders_pictures_are_shown_always_until_no_longer(web: Client, alice: Person) -> None:
    first = arrive(alice.account.pk, newsletter())
    second = arrive(alice.account.pk, newsletter("news@shop.test", 2))
    third = arrive(alice.account.pk, newsletter("others@shop.test", 3))
    for _ in range(2):
        assert web.post(f"/messages/{first.message_id}/pictures/", {"show": "1"}).status_code == 200
    assert "/pictures/" in shown(web, second.message_id)
    assert "data-always" in shown(web, second.message_id)
    assert "/pictures/" not in shown(web, third.message_id)
    web.post(f"/messages/{second.message_id}/pictures/", {"show": ""})
    assert "/pictures/" not in shown(web, first.message_id)


def test_the_frame_may_load_nothing_but_the_parts_of_its_message(web: Client, alice: Person) -> None:
    message_id = arrive(alice.account.pk, newsletter()).message_id
    for query in ("", "?remote=1"):
        policy = web.get(f"/messages/{message_id}/body/{query}")["Content-Security-Policy"]
        own = f"testserver/messages/{message_id}"
        assert "default-src 'none'" in policy
        assert f"img-src {own}/parts/ {own}/pictures/ data:;" in policy
        assert "http" not in policy
