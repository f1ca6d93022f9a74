"""The MIME explorer: every part taken apart, and a sender's charset chosen and forgotten."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.mail import arrive
from tests.parcels import HEAD, file, multipart, nested, part, png, text, tnef
from tests.people import Person
from webmail.models import SenderCharset

WORDS = "你好，附件是上周会议的记录。"
RICH = multipart(
    multipart(
        text("Plain words"),
        part("text/html; charset=utf-8", b"<p>Rich words</p>"),
        part("text/x-amp-html", b"<p>AMP</p>"),
        kind="alternative",
        boundary="alt",
        head=b"",
    ),
    file("evening.png", png(40, 40), "image/png"),
)


def unlabelled(number: int, body: bytes, charset: str = "") -> bytes:
    label = f"; charset={charset}".encode() if charset else b""
    head = HEAD.replace(b"files@", b"m%d@" % number).replace(b"Files", b"M%d" % number)
    return head + b"Content-Type: text/plain" + label + b"\r\n\r\n" + body + b"\r\n"


def look(web: Client, key: int, address: str = "") -> str:
    rest = f"{address}/explore/" if address else ""
    answer = web.get(f"/messages/{key}/parts/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_opens_at_the_part_that_is_shown(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, RICH).message_id
    page = look(web, key)
    assert page.count('role="treeitem"') == 6
    assert page.count('aria-selected="true"') == 1
    assert '<h1 id="part-title">text/html</h1>' in page
    assert "Shown: the last alternative that we can show." in page
    assert "PHA+UmljaCB3b3Jkcz" in page
    assert "&lt;p&gt;Rich words&lt;/p&gt;" in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("0", "Parts one after another."),
        ("1", "The same content in several forms"),
        ("1.1", "Not shown: the HTML beside it says the same and more."),
        ("1.3", "Not shown: another alternative was chosen."),
        ("2", "Listed as a file: the sender calls it an attachment."),
        ("2", "0000  89 50 4e 47 0d 0a 1a 0a"),
    ],
)
def test_each_part_says_why(web: Client, alice: Person, address: str, words: str) -> None:
    key = arrive(alice.account.pk, RICH).message_id
    assert words in look(web, key, address)


def test_the_growth_by_the_encoding_is_told(web: Client, alice: Person) -> None:
    data = bytes(range(256)) * 57
    key = arrive(alice.account.pk, multipart(text("x"), file("a.bin", data))).message_id
    assert "+36.8 %" in look(web, key, "2")


def test_headers_raw_and_read(web: Client, alice: Person) -> None:
    raw = RICH.replace(b"Subject: Files", b"Subject: =?gbk?B?xOO6ww==?=")
    page = look(web, arrive(alice.account.pk, raw).message_id, "0")
    assert "=?gbk?B?xOO6ww==?=" in page
    assert "<dd>你好</dd>" in page


def test_a_chosen_charset_is_shown_at_once_kept_for_the_sender_and_forgotten(
    web: Client, alice: Person
) -> None:
    account = alice.account.pk
    # Latin letters that make sense as such, and were meant to be Cyrillic.
    body = "Привет из гавани".encode("koi8-r")
    first = arrive(account, unlabelled(1, body, "iso-8859-1")).message_id
    before = look(web, first, "1")
    assert "Read again as…" in before
    assert "Привет из гавани" in before
    answer = web.post(f"/messages/{first}/parts/1/charset/", {"charset": "windows-1251"})
    assert answer["Location"] == f"/messages/{first}/parts/1/explore/"
    after = look(web, first, "1")
    assert "You chose it for this sender." in after
    wrong = body.decode("cp1251")
    shown = web.get(f"/messages/{first}/", headers={"HX-Request": "true"}).content.decode()
    assert wrong in shown
    web.post(f"/messages/{first}/parts/1/charset/", {"charset": "koi8-r"})
    later = arrive(account, unlabelled(2, "Ещё одно письмо".encode("koi8-r"), "iso-8859-1")).message_id
    shown = web.get(f"/messages/{later}/", headers={"HX-Request": "true"}).content.decode()
    assert "Ещё одно письмо" in shown
    assert "Ещё одно письмо" in web.get(f"/compose/?reply={later}").content.decode()
    assert "Ещё одно письмо" in web.get(f"/compose/?forward={later}").content.decode()
    web.post(f"/messages/{later}/parts/1/charset/", {"charset": ""})
    assert SenderCharset.objects.count() == 0
    assert "You chose it" not in look(web, later, "1")


def test_a_choice_holds_for_what_it_was_made_for(web: Client, alice: Person, bob: Person) -> None:
    account = alice.account.pk
    cafe = "Un café à la crème".encode("iso-8859-1")
    first = arrive(account, unlabelled(1, cafe)).message_id
    web.post(f"/messages/{first}/parts/1/charset/", {"charset": "windows-1250"})

    def words(raw: bytes) -> str:
        key = arrive(account, raw).message_id
        return web.get(f"/messages/{key}/", headers={"HX-Request": "true"}).content.decode()

    assert "Un cafĂ©" not in words(unlabelled(2, "Un café".encode()))
    assert "Un café" in words(unlabelled(2, "Un café".encode()))
    assert "Un café ŕ la crčme" in words(unlabelled(3, cafe))
    assert "Un café à la crème" in words(unlabelled(4, cafe, "iso-8859-15"))
    assert "Un café à la crème" in words(unlabelled(5, cafe).replace(b"bob@", b"eve@"))


def test_only_known_charsets_and_own_messages(
    web: Client, client: Client, alice: Person, bob: Person
) -> None:
    key = arrive(alice.account.pk, unlabelled(1, WORDS.encode("gbk"))).message_id
    assert web.post(f"/messages/{key}/parts/1/charset/", {"charset": "utf-7"}).status_code == 404
    assert web.get(f"/messages/{key}/parts/1/charset/").status_code == 405
    client.force_login(bob.user)
    assert client.post(f"/messages/{key}/parts/1/charset/", {"charset": "gb18030"}).status_code == 404
    assert SenderCharset.objects.count() == 0


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (unlabelled(1, WORDS.encode("gbk"), "gb2312"), "The message says so, and its bytes agree."),
        (unlabelled(1, WORDS.encode(), "us-ascii"), "but its bytes can’t be that"),
        (unlabelled(1, WORDS.encode("gbk")), "The message doesn’t say; these letters make sense."),
        (unlabelled(1, WORDS.encode()), "The message doesn’t say; its bytes are valid UTF-8."),
        (unlabelled(1, WORDS.encode("gbk"), "x-unheard"), "names a charset that nobody knows"),
        (unlabelled(1, b"plain", "koi8-r"), "Only ASCII characters"),
    ],
)
def test_the_charset_and_its_reason(web: Client, alice: Person, raw: bytes, words: str) -> None:
    assert words in look(web, arrive(alice.account.pk, raw).message_id)


def test_ordinary_mail_asks_for_no_choices(web: Client, alice: Person) -> None:
    counts = []
    for number, body in enumerate([b"plain", WORDS.encode(), WORDS.encode("gbk")]):
        key = arrive(alice.account.pk, unlabelled(number, body)).message_id
        web.get(f"/messages/{key}/", headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as context:
            web.get(f"/messages/{key}/", headers={"HX-Request": "true"})
        counts.append(len(context))
    assert counts[0] == counts[1] == counts[2] - 1


def test_what_a_file_holds_is_explored_too(web: Client, alice: Person) -> None:
    raw = multipart(text("x"), file("winmail.dat", tnef("a.txt", b"inside"), "application/ms-tnef"))
    key = arrive(alice.account.pk, raw).message_id
    assert f"/messages/{key}/parts/2-0/explore/" in look(web, key, "2")
    page = look(web, key, "2-1")
    assert "inside" in page
    assert "The message around it" in page


def test_a_thousand_parts_and_a_deep_tree(web: Client, alice: Person) -> None:
    key = arrive(alice.account.pk, multipart(*(text(str(number)) for number in range(1500)))).message_id
    page = look(web, key, "0")
    assert page.count('role="treeitem"') == 400
    assert "more parts" in page
    assert "Kept and not looked into" in look(
        web, arrive(alice.account.pk, nested(60)).message_id, ".".join("1" * 51)
    )
