"""Messages inside messages: read on pages of their own, however deep, with nothing of theirs set free."""

import pytest
from django.test import Client

from tests.mail import arrive, letter
from tests.parcels import HEAD, file, forwarded, multipart, nested, part, png, text
from tests.people import Person

INNER = multipart(
    part("text/html; charset=utf-8", b'<p>Offer <img src="cid:p@x"></p><script>x</script>', encoding="8bit"),
    part("image/png", png(), "Content-ID: <p@x>"),
    file("list.txt", b"sugar", "text/plain"),
    file("rota.txt", b"Monday", "text/plain"),
    forwarded(letter("Innermost", "Deep words", sender="Carol <carol@crepes.test>")),
    boundary="inner",
    head=HEAD.replace(b"Files", b"=?utf-8?B?5oql5Lu3?=").replace(b"Bob <bob@", b"Dan <dan@"),
)


@pytest.fixture
def key(web: Client, alice: Person) -> int:
    """A message with INNER as its second part, and once more in base64 as its third."""
    parts = (text("See below."), forwarded(INNER), file("offer.eml", INNER, "application/octet-stream"))
    return arrive(alice.account.pk, multipart(*parts)).message_id


@pytest.mark.parametrize(("address", "inside"), [("2", "2."), ("3", "3-")])
def test_a_message_inside_is_read_on_its_own_page(web: Client, key: int, address: str, inside: str) -> None:
    page = web.get(f"/messages/{key}/parts/{address}/message/").content.decode()
    assert "报价" in page
    assert "Dan" in page
    assert f'src="/messages/{key}/parts/{address}/body/"' in page
    assert f"/messages/{key}/parts/{inside}3/view/" in page
    assert f"/messages/{key}/parts/{inside}5/message/" in page
    answer = web.get(f"/messages/{key}/parts/{address}/body/")
    body = answer.content.decode()
    assert f'src="/messages/{key}/parts/{inside}2/?show=1"' in body
    assert "<script" not in body
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert web.get(f"/messages/{key}/parts/{inside}2/?show=1").content == png()
    assert web.get(f"/messages/{key}/parts/{inside}3/").content == b"sugar"
    deep = web.get(f"/messages/{key}/parts/{inside}5/message/").content.decode()
    assert "Deep words" in deep
    assert "Carol" in deep


@pytest.mark.parametrize(("address", "inside"), [("2", "2."), ("3", "3-")])
def test_its_files_have_each_other_for_neighbours(web: Client, key: int, address: str, inside: str) -> None:
    page = web.get(f"/messages/{key}/parts/{inside}3/view/").content.decode()
    assert f'rel="next" href="/messages/{key}/parts/{inside}4/view/"' in page
    assert "1 of 2" in page
    assert f'href="/messages/{key}/parts/{address}/message/" data-key="u"' in page
    deep = web.get(f"/messages/{key}/parts/{inside}5/message/").content.decode()
    assert f'href="/messages/{key}/parts/{address}/message/" data-key="u"' in deep


def test_the_conversation_page_leads_there(web: Client, key: int) -> None:
    page = web.get(f"/messages/{key}/", headers={"HX-Request": "true"}).content.decode()
    assert f'href="/messages/{key}/parts/2/message/"' in page
    assert f'href="/messages/{key}/parts/3/message/"' in page
    saved = web.get(f"/messages/{key}/parts/2/")
    assert saved.content.startswith(b"From: Dan")
    assert saved["Content-Disposition"].startswith('attachment; filename="part-2.eml"')


def test_sixty_deep_ends_in_a_file(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, nested(60)).message_id
    address, pages = "1", 0
    while True:
        answer = web.get(f"/messages/{key}/parts/{address}/message/")
        assert answer.status_code == 200
        page = answer.content.decode()
        pages += 1
        deeper = f"{address}.1"
        if f'href="/messages/{key}/parts/{deeper}/message/"' not in page:
            break
        address = deeper
    # 50 that the parser opened, and the one past its limit, which is opened as a file of its own.
    assert pages == 51
    assert f"/messages/{key}/parts/{address}-1/message/" in page
    assert web.get(f"/messages/{key}/parts/{address}-1-1-1-1/message/").status_code in {200, 404}
    assert web.get(f"/messages/{key}/parts/{address}-1-1-1-1-1/message/").status_code == 404


@pytest.mark.parametrize("address", ["9", "2.9", "2-9-9", "0-0-0", "3-TEXT", "3.TEXT", "2.TEXT.TEXT"])
def test_addresses_that_lead_nowhere(web: Client, key: int, address: str) -> None:
    for rest in ("", "view/", "message/", "body/", "attachments.zip", "explore/"):
        assert web.get(f"/messages/{key}/parts/{address}/{rest}").status_code in {200, 302, 404}


def test_any_file_may_be_called_a_message(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, multipart(text("x"), file("a.eml", b"\0\x93no message"))).message_id
    answer = web.get(f"/messages/{key}/parts/2/message/")
    assert answer.status_code == 200
