"""What is typed into a letter's fields, as it stands in the bytes that go out."""

import re
import uuid
from dataclasses import dataclass
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mailserver.message import address, compose, content, header
from mailserver.message.parser import parse
from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import Message, OutboundMessage
from webmail.store import blobs, queries

JSON = {"Accept": "application/json"}
FIELDS = {
    "date", "from", "to", "cc", "subject", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "content-disposition", "content-id",
}  # fmt: skip
EVIL = [
    "a\r\nBcc: evil@x.test\r\n\r\nbody",
    "a\nX-Evil: 1",
    "a\rX-Evil: 1",
    "a\0\x0b\x1bb",
    "a\u2028X-Evil: 1\x85X-Evil: 2",
]


@dataclass(frozen=True)
class Desk:
    """Somebody who writes, and what leaves."""

    client: Client
    person: Person

    def attach(self, name: str, data: bytes = b"x", content_type: str = "a/b") -> str:
        file = SimpleUploadedFile("x", data, content_type)
        file.name = name
        return self.client.post("/uploads/", {"file": file}, headers=JSON).json()["token"]

    def post(self, path: str, **fields: object):
        given = {"key": uuid.uuid4().hex, "to": "bob@hamburger.test", "subject": "x", "html": "<p>x</p>"}
        return self.client.post(path, given | fields, headers=JSON)

    def send(self, **fields: object) -> bytes:
        answer = self.post("/compose/send/", **fields)
        assert answer.status_code == 200, answer.content
        return blobs.read(OutboundMessage.objects.latest("pk").blob_id)

    def reopened(self, **fields: object) -> str:
        key = self.post("/compose/save/", **fields).json()["draft"]
        return self.client.get(f"/compose/?draft={key}").content.decode()


@pytest.fixture
def desk(client: Client, alice: Person) -> Desk:
    client.force_login(alice.user)
    return Desk(client, alice)


def names(raw: bytes) -> list[str]:
    parts = [part for _, part in parse(raw).walk()]
    return [name for part in parts for name, _ in header.fields(raw[part.start : part.body])]


def people(raw: bytes, name: str) -> list[str]:
    fields = header.fields(raw[: parse(raw).body])
    return [str(person) for person in address.parse(header.first(fields, name) or b"")]


@pytest.mark.parametrize("evil", EVIL)
def test_no_field_of_the_form_becomes_another_field_of_the_message(desk: Desk, evil: str) -> None:
    raw = desk.send(
        subject=evil,
        to=f'"{evil.replace(chr(10), chr(32))}" <bob@hamburger.test>',
        cc=f'"{evil}" <carol@x.test>',
        in_reply_to=evil,
        references=f"a@x {evil}",
        message_id=evil,
        attachment=[desk.attach(evil), desk.attach("b.txt", content_type=f"text/plain; charset={evil}")],
        **{"from": evil},
    )
    assert set(names(raw)) <= FIELDS
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert not {0, 0x0B, 0x1B} & set(raw)
    assert people(raw, "from") == ["Alice Martin <alice@crepes.test>"]
    assert b"evil@x.test" not in b"".join(line for line in raw.split(b"\r\n") if line.startswith(b"Bcc"))


def test_who_is_hidden_stands_in_ones_own_copy_alone(desk: Desk) -> None:
    raw = desk.send(cc="carol@x.test", bcc="Hidden <hidden@x.test>")
    assert b"idden" not in raw
    sent = OutboundMessage.objects.get()
    assert b"Bcc: Hidden <hidden@x.test>" in queries.raw(desk.person.account.pk, sent.sent_message_id)
    addresses = sent.recipients.values_list("address", flat=True)
    assert set(addresses) == {"bob@hamburger.test", "carol@x.test", "hidden@x.test"}


def test_an_address_list_as_people_write_it(desk: Desk) -> None:
    raw = desk.send(
        to='The team: "Müller, Bob" <bob@hamburger.test>, dora@x.test;, 王小明 <wang@例子.test>',
        cc="Dan O'Neil (at home) <dan@x.test>; eve@X.test",
    )
    assert people(raw, "to") == [
        "Müller, Bob <bob@hamburger.test>", "dora@x.test", "王小明 <wang@xn--fsqu00a.test>",
    ]  # fmt: skip
    assert people(raw, "cc") == ["Dan O'Neil <dan@x.test>", "eve@x.test"]


def test_two_hundred_people(desk: Desk) -> None:
    written = ", ".join(f'"第{number}位，读者" <p{number}@x.test>' for number in range(200))
    raw = desk.send(to=written)
    assert len(people(raw, "to")) == OutboundMessage.objects.get().recipients.count() == 200
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_a_name_without_an_address_stays_in_the_draft_and_is_not_sent_to(desk: Desk) -> None:
    page = desk.reopened(to="王小明, bob@hamburger.test")
    assert 'value="王小明, bob@hamburger.test"' in page
    answer = desk.post("/compose/send/", to="王小明, bob@hamburger.test")
    assert answer.status_code == 422
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize(
    "name", ["...", "菜单" * 90 + ".pdf", "a;d'e%41.pdf", "Übergröße.pdf", "x" * 300 + ".pdf"]
)
def test_names_of_files(desk: Desk, name: str) -> None:
    raw = desk.send(attachment=desk.attach(name))
    part = parse(raw).children[1]
    assert part.filename == "attachment" if name == "..." else part.filename.endswith(name[-8:])
    assert content.decoded(raw, part) == b"x"


def test_nothing_in_a_file_and_nothing_in_a_letter(desk: Desk) -> None:
    raw = desk.send(subject="", html="", attachment=desk.attach("empty.bin", b""))
    root = parse(raw)
    assert [part.content_type for _, part in root.walk()][-1] == "a/b"
    assert content.decoded(raw, root.children[-1]) == b""


def test_the_id_has_the_host_of_the_writer_and_the_date_his_zone(desk: Desk) -> None:
    desk.person.user.time_zone = "Asia/Shanghai"
    desk.person.user.save()
    raw = desk.send(message_id="пример@x.test")
    fields = header.by_name(header.fields(raw))
    assert fields["message-id"].endswith(b"@crepes.test>")
    assert fields["date"].endswith(b" +0800")


def test_references_have_an_end(desk: Desk) -> None:
    raw = desk.send(references=" ".join(f"<m{number}@x.test>" for number in range(500)))
    ids = (header.first(header.fields(raw), "references") or b"").split()
    assert (len(ids), ids[0], ids[-1]) == (31, b"<m0@x.test>", b"<m499@x.test>")


def test_a_message_is_passed_on_as_a_file(desk: Desk) -> None:
    original = letter("Lunch, 你好", "At noon? 中午", number=7)
    arrived = arrive(desk.person.account.pk, original)
    page = desk.client.get(f"/compose/?forward_whole={arrived.message_id}").content.decode()
    assert f'name="attachment" value="m{arrived.message_id}"' in page
    assert "Fwd: Lunch, 你好" in page
    saved = desk.post("/compose/save/", attachment=f"m{arrived.message_id}").json()
    token = saved["attachments"][f"m{arrived.message_id}"]
    raw = desk.send(attachment=token, draft=saved["draft"])
    file = parse(raw).children[1]
    assert (file.content_type, file.filename) == ("application/octet-stream", "Lunch, 你好.eml")
    assert content.decoded(raw, file) == original


def test_a_message_is_passed_on_as_a_message(desk: Desk) -> None:
    original = letter("Lunch", "At noon? 中午", number=7)
    arrived = arrive(desk.person.account.pk, original)
    raw = desk.send(attachment=f"m{arrived.message_id}")
    file = parse(raw).children[1]
    assert (file.content_type, file.filename) == ("message/rfc822", "Lunch.eml")
    assert content.text(raw, file.children[0]) == "At noon? 中午\n"
    assert b"In-Reply-To" not in raw


def test_a_picture_written_into_the_html_is_quoted_and_nothing_else_of_its_kind(desk: Desk) -> None:
    picture = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    html = (
        f'<p>{picture}<a href="data:text/html,x">link</a><img src="data:image/svg+xml;base64,PHN2Zz4="></p>'
    )
    arrived = arrive(desk.person.account.pk, compose.compose(compose.Draft(subject="x", html=html)))
    page = unescape(desk.client.get(f"/compose/?reply={arrived.message_id}").content.decode())
    assert picture in page
    raw = desk.send(html=html)
    sent = content.text(raw, parse(raw).children[1])
    assert picture in sent
    assert sent.count("data:") == 1


def test_a_file_inside_a_text_is_passed_on(desk: Desk) -> None:
    original = letter("Old style", "Here:\r\n\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend", number=7)
    arrived = arrive(desk.person.account.pk, original)
    address = f"/messages/{arrived.message_id}/parts/1.FILE1/"
    assert address in desk.client.get(f"/conversations/{arrived.thread_id}/").content.decode()
    assert b"".join(desk.client.get(address)) == b"abc"
    page = desk.client.get(f"/compose/?forward={arrived.message_id}").content.decode()
    (token,) = re.findall(r'name="attachment" value="([^"]+)"', page)
    saved = desk.post("/compose/save/", attachment=token).json()
    raw = desk.send(attachment=saved["attachments"][token], draft=saved["draft"])
    file = parse(raw).children[1]
    assert (file.filename, content.decoded(raw, file)) == ("a.txt", b"abc")


def test_the_hidden_of_a_letter_passed_on_stay_hidden(desk: Desk) -> None:
    desk.send(bcc="hidden@x.test")
    sent = Message.objects.get(account=desk.person.account)
    assert b"hidden" not in desk.send(attachment=f"m{sent.pk}", to="carol@x.test")


def test_a_picture_is_not_taken_for_another_whose_name_begins_alike(desk: Desk) -> None:
    pictures = [
        compose.Attachment("a.png", "image/png", b"\x89PNG\r\n\x1a\na", "p1@x", inline=True),
        compose.Attachment("b.png", "image/png", b"\x89PNG\r\n\x1a\nb", "p1@xyz", inline=True),
    ]
    draft = compose.Draft(subject="x", html='<img src="cid:p1@xyz">', attachments=tuple(pictures))
    arrived = arrive(desk.person.account.pk, compose.compose(draft))
    page = desk.client.get(f"/compose/?reply={arrived.message_id}").content.decode()
    assert page.count("data-inline") == 1
