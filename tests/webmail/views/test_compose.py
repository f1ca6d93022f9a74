"""Writing: drafts that nobody loses, files, one message a key, answers with their quotes."""

import json
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mailserver.message import compose, content
from mailserver.message.parser import parse
from tests.contacts import know
from tests.mail import arrive, letter
from tests.people import Person
from webmail.models import Identity, Message, OutboundMessage, Upload
from webmail.store import queries, sweep
from webmail.store.undo import undo

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JSON = {"Accept": "application/json"}


@pytest.fixture
def writer(client: Client, alice: Person) -> Client:
    client.force_login(alice.user)
    return client


def form(**fields: object) -> dict[str, object]:
    """What the window posts."""
    return {
        "key": uuid.uuid4().hex,
        "message_id": "one@crepes.test",
        "to": "Bob <bob@hamburger.test>",
        "subject": "你好",
        "html": "<div>Hello <b>Bob</b></div>",
    } | fields


def save(client: Client, **fields: object):
    return client.post("/compose/save/", form(**fields), headers=JSON)


def drafts(person: Person) -> list[Message]:
    return list(Message.objects.filter(account=person.account, placements__mailbox__role="drafts"))


def upload(client: Client, name: str, data: bytes, content_type: str) -> dict:
    file = SimpleUploadedFile(name, data, content_type)
    return client.post("/uploads/", {"file": file}, headers=JSON).json()


@pytest.mark.parametrize("wish", ["required", "optional"])
def test_what_is_asked_of_encryption_outlives_the_window(wish: str, writer: Client, alice: Person) -> None:
    saved = save(writer, tls=wish).json()["draft"]
    chosen = f'<option value="{wish}" selected>'
    assert chosen in writer.get(f"/compose/?draft={saved}").content.decode()
    answer = writer.post("/compose/send/", form(tls=wish, draft=saved), headers=JSON).json()
    outbound = OutboundMessage.objects.get()
    assert outbound.tls_wish == wish
    raw = queries.blob_raw(alice.account.pk, outbound.sent_message_id or 0)
    assert (b"TLS-Required: No\r\n" in raw, b"X-Demands-TLS" in raw) == (wish == "optional", False)
    again = writer.post(answer["undo_url"], headers=JSON).json()["compose_url"]
    assert chosen in writer.get(again).content.decode()


def test_a_draft_keeps_its_message_id_and_each_save_replaces_the_last(writer: Client, alice: Person) -> None:
    first = save(writer).json()["draft"]
    second = save(writer, draft=first, cc="carol@crepes.test", bcc="dan@x.test").json()["draft"]
    (stored,) = drafts(alice)
    assert stored.pk == second != first
    assert stored.message_id == "one@crepes.test"
    page = writer.get(f"/compose/?draft={second}").content.decode()
    for words in ("bob@hamburger.test", "carol@crepes.test", "dan@x.test", "你好", "&lt;b&gt;Bob&lt;/b&gt;"):
        assert words in page


def test_the_older_of_two_windows_is_told_and_nothing_is_lost(writer: Client, alice: Person) -> None:
    first = save(writer).json()["draft"]
    second = save(writer, draft=first, html="<div>from the other window</div>").json()["draft"]
    late = save(writer, draft=first, html="<div>late words</div>")
    assert late.status_code == 409
    assert late.json()["compose_url"] == f"/compose/?draft={second}"
    assert "from the other window" in queries.raw(alice.account.pk, second).decode()
    copy = save(writer, draft="", message_id="", html="<div>late words</div>")
    assert copy.status_code == 200
    assert len(drafts(alice)) == 2


def test_the_same_words_once_more_are_no_conflict(writer: Client, alice: Person) -> None:
    first = save(writer).json()["draft"]
    second = save(writer, draft=first, html="<div>later</div>", bcc="dan@x.test").json()["draft"]
    again = save(writer, draft=first, html="<div>later</div>", bcc="dan@x.test")
    assert (again.status_code, again.json()["draft"]) == (200, second)
    assert save(writer, draft=first, html="<div>later</div>", bcc="eve@x.test").status_code == 409
    assert len(drafts(alice)) == 1


def test_a_draft_that_was_discarded_can_be_had_back(writer: Client, alice: Person) -> None:
    key = save(writer).json()["draft"]
    answer = writer.post("/compose/discard/", form(draft=key), headers=JSON).json()
    assert drafts(alice) == []
    assert save(writer, draft=key).status_code == 409
    undo(alice.account.pk, answer["undo_url"].strip("/").split("/")[-1])
    assert [each.pk for each in drafts(alice)] == [key]


def test_pictures_travel_inside_and_files_beside(writer: Client, alice: Person) -> None:
    picture = upload(writer, "dot.png", PNG, "image/png")
    note = upload(writer, "说明.txt", b"words", "text/plain")
    shown = writer.get(picture["inline_url"])
    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/png", "inline")
    html = f'<div>Look <img src="{picture["inline_url"]}" alt="dot"></div>'
    answer = save(writer, html=html, attachment=[picture["token"], note["token"]]).json()
    raw = queries.raw(alice.account.pk, answer["draft"])
    root = parse(raw)
    display = content.display_parts(raw, root)
    assert [root.find(section).filename for section in display.attachments] == ["说明.txt"]
    assert b"cid:upload-" in content.decoded(raw, root.find(display.html))
    # Saved again, the files are taken from the draft itself, and the picture still stands in the text.
    again = save(
        writer, draft=answer["draft"], html=html, attachment=list(answer["attachments"].values())
    ).json()
    page = writer.get(f"/compose/?draft={again['draft']}").content.decode()
    assert f"/messages/{again['draft']}/parts/" in page
    assert "说明.txt" in page


def test_a_letter_with_a_large_quote_is_saved(writer: Client, alice: Person) -> None:
    quote = "<blockquote>" + "many words " * 250_000 + "</blockquote>"
    assert save(writer, html=quote).status_code == 200


LARGE = bytes(range(256)) * 4096


def sent_files(person: Person) -> list[tuple[str, bytes]]:
    """Names and bytes of what the last letter sent carries."""
    raw = queries.raw(person.account.pk, OutboundMessage.objects.latest("pk").sent_message_id)
    root = parse(raw)
    found = (root.find(section) for section in content.display_parts(raw, root).attachments)
    return [(part.filename, content.decoded(raw, part)) for part in found]


def test_a_large_file_is_not_stored_again_with_each_save(writer: Client, alice: Person) -> None:
    file = upload(writer, "大.bin", LARGE, "application/x-own")
    first = save(writer, attachment=[file["token"]]).json()
    assert first["attachments"] == {file["token"]: file["token"]}
    second = save(writer, draft=first["draft"], attachment=[file["token"]]).json()["draft"]
    assert len(queries.raw(alice.account.pk, second)) < 4000
    assert drafts(alice)[0].has_attachment
    page = writer.get(f"/compose/?draft={second}").content.decode()
    assert f'name="attachment" value="{file["token"]}"' in page
    assert "大.bin" in page
    assert "1.0\xa0MB" in page
    # It stays as long as the draft does, and no longer.
    sweep.run(timezone.now() + timedelta(days=3))
    writer.post("/compose/send/", form(draft=second, attachment=[file["token"]]), headers=JSON)
    assert sent_files(alice) == [("大.bin", LARGE)]
    raw = queries.raw(alice.account.pk, OutboundMessage.objects.get().sent_message_id)
    assert b"Content-Type: application/x-own" in raw
    assert b"external-body" not in raw
    sweep.run(timezone.now() + timedelta(days=3))
    sweep.run(timezone.now() + timedelta(days=6))
    assert not Upload.objects.exists()


def test_large_files_of_a_forwarded_letter_come_along(writer: Client, alice: Person) -> None:
    attached = compose.Attachment("a.bin", "application/x-own", LARGE, "pic@x")
    inner = compose.Attachment("dot.png", "image/png", PNG, "dot@x", inline=True)
    html = '<p>See <img src="cid:dot@x"></p>'
    raw = compose.compose(compose.Draft(subject="Files", html=html, attachments=(attached, inner)))
    original = arrive(alice.account.pk, raw)
    page = writer.get(f"/compose/?forward={original.message_id}").content.decode()
    names = re.findall(r'name="attachment" value="([^"]+)"', page)
    letter_html = unescape(re.search(r'<textarea name="html" hidden>(.*?)</textarea>', page, re.DOTALL)[1])
    first = save(writer, html=letter_html, attachment=names).json()
    kept = [first["attachments"][name] for name in names]
    assert all(name.startswith("u") for name in kept)
    second = save(writer, draft=first["draft"], html=letter_html, attachment=kept).json()
    assert Upload.objects.count() == 2
    last = form(draft=second["draft"], html=letter_html, attachment=kept)
    writer.post("/compose/send/", last, headers=JSON)
    assert sent_files(alice) == [("a.bin", LARGE)]
    raw = queries.raw(alice.account.pk, OutboundMessage.objects.get().sent_message_id)
    root = parse(raw)
    shown = content.display_parts(raw, root)
    assert [content.decoded(raw, root.find(section)) for section in shown.inline.values()] == [PNG]
    assert f"cid:{next(iter(shown.inline))}" in content.text(raw, root.find(shown.html))


def test_two_drafts_with_the_same_large_file_do_not_depend_on_each_other(
    writer: Client, alice: Person
) -> None:
    file = upload(writer, "a.bin", LARGE, "application/x-own")["token"]
    first = save(writer, attachment=file).json()["draft"]
    other = save(writer, message_id="two@crepes.test", attachment=file).json()
    writer.post("/compose/discard/", form(draft=other["draft"], message_id="two@crepes.test"), headers=JSON)
    for days in (3, 6):
        sweep.run(timezone.now() + timedelta(days=days))
    assert save(writer, draft=first, attachment=file).status_code == 200


def test_nobody_can_point_to_a_file_of_the_reader(writer: Client, alice: Person) -> None:
    secret = upload(writer, "secret.bin", LARGE, "application/x-own")["token"]
    pointer = compose.Attachment("nice.bin", "a/b", b"", kept_as=secret.removeprefix("u"), size=9)
    forged = compose.compose(compose.Draft(subject="Forward me", text="x", attachments=(pointer,)))
    original = arrive(alice.account.pk, forged)
    page = writer.get(f"/compose/?forward={original.message_id}").content.decode()
    assert f'value="p{original.message_id}-2"' in page
    assert f'value="{secret}"' not in page


def test_a_picture_is_what_its_bytes_say(writer: Client) -> None:
    fake = upload(writer, "page.png", b"<script>alert(1)</script>", "image/png")
    assert writer.get(fake["inline_url"]).status_code == 404


def test_a_file_too_large_for_a_message_is_refused(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webmail.views.uploads.UPLOAD_LIMIT", 10)
    file = SimpleUploadedFile("big.bin", bytes(11))
    assert writer.post("/uploads/", {"file": file}, headers=JSON).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_send_pressed_twice_sends_once_and_undo_gives_the_draft_back(writer: Client, alice: Person) -> None:
    draft = save(writer).json()["draft"]
    letter_ = form(draft=draft)
    first = writer.post("/compose/send/", letter_, headers=JSON).json()
    second = writer.post("/compose/send/", letter_, headers=JSON).json()
    assert first == second
    assert first["held_seconds"] == 10
    assert OutboundMessage.objects.count() == 1
    assert drafts(alice) == []
    answer = writer.post(first["undo_url"], headers=JSON).json()
    page = writer.get(answer["compose_url"]).content.decode()
    assert "你好" in page
    assert "bob@hamburger.test" in page
    assert writer.post(first["undo_url"], headers=JSON).status_code == 409


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"to": ""}, "recipient"), ({"to": "not an address"}, "valid address")],
)
def test_a_letter_that_cannot_go_is_refused_with_words(writer: Client, fields: dict, word: str) -> None:
    answer = writer.post("/compose/send/", form(**fields), headers=JSON)
    assert answer.status_code == 422
    assert word in answer.json()["error"]
    assert OutboundMessage.objects.count() == 0


def test_nobody_writes_as_somebody_else(writer: Client, alice: Person) -> None:
    Identity.objects.create(account=alice.account, address="crepes@crepes.test", name="Crêpes")
    wrong = save(writer, **{"from": "carol@crepes.test", "message_id": "a@crepes.test"}).json()["draft"]
    right = save(writer, **{"from": "crepes@crepes.test", "message_id": "b@crepes.test"}).json()["draft"]
    assert queries.message(alice.account.pk, wrong).from_address == alice.address
    assert queries.message(alice.account.pk, right).from_address == "crepes@crepes.test"


def test_a_reply_quotes_and_goes_to_the_sender(writer: Client, alice: Person) -> None:
    original = arrive(alice.account.pk, letter("Lunch", "First line\r\nSecond line", number=7))
    page = writer.get(f"/compose/?reply={original.message_id}").content.decode()
    assert 'value="Re: Lunch"' in page
    assert "bob@hamburger.test" in page
    assert "First line&lt;br&gt;Second line" in page
    assert 'name="in_reply_to" value="&lt;7@hamburger.test&gt;"' in page or "7@hamburger.test" in page


def test_without_scripts_the_form_saves_and_sends_plain_text(writer: Client, alice: Person) -> None:
    page = writer.get("/compose/").content.decode()
    assert 'enctype="multipart/form-data"' in page
    answer = writer.post(
        "/compose/save/", form(text="Plain words", html="", files=SimpleUploadedFile("a.txt", b"x"))
    )
    assert answer.status_code == 302
    (draft,) = drafts(alice)
    assert answer["Location"] == f"/compose/?draft={draft.pk}"
    assert draft.has_attachment
    assert b"Plain words" in queries.raw(alice.account.pk, draft.pk)


def test_what_belongs_to_others_can_be_neither_seen_nor_sent(
    client: Client, alice: Person, bob: Person
) -> None:
    client.force_login(alice.user)
    picture = upload(client, "dot.png", PNG, "image/png")
    draft = save(client).json()["draft"]
    client.force_login(bob.user)
    assert client.get(picture["inline_url"]).status_code == 404
    for token in (picture["token"], f"p{draft}-"):
        answer = client.post("/compose/save/", form(attachment=token), headers=JSON)
        assert answer.status_code == 422
    assert client.post("/outbox/1/undo/", headers=JSON).status_code == 404


def test_recipients_are_completed_from_ones_own_contacts(writer: Client, alice: Person, bob: Person) -> None:
    know(alice.account.pk, "Dora 王", "dora@x.test")
    know(bob.account.pk, "Dori", "dori@x.test")
    answer = json.loads(writer.get("/contacts/complete/?q=dor").content)
    assert answer == {"people": [{"name": "Dora 王", "address": "dora@x.test"}]}


def test_what_no_database_can_look_for_completes_all_the_same(writer: Client, alice: Person) -> None:
    know(alice.account.pk, "Dora", "dora@x.test")
    for typed in ("%00dor", "do%00r", "dor%ED%A0%80"):
        assert writer.get(f"/contacts/complete/?q={typed}").status_code == 200


def test_a_window_whose_save_was_never_answered_saves_on(writer: Client, alice: Person) -> None:
    key = uuid.uuid4().hex
    first = save(writer, key=key).json()["draft"]
    save(writer, key=key, draft=first, html="<div>Two</div>")
    third = save(writer, key=key, draft=first, html="<div>Three</div>")
    assert third.status_code == 200
    (stored,) = drafts(alice)
    assert "Three" in queries.raw(alice.account.pk, stored.pk).decode()
    assert writer.post("/compose/send/", form(key=key, draft=first), headers=JSON).status_code == 200
    assert drafts(alice) == []


def test_of_two_windows_the_older_does_not_send_what_the_newer_has_changed(
    writer: Client, alice: Person
) -> None:
    first = save(writer).json()["draft"]
    newer = save(writer, draft=first, html="<div>Newer words</div>").json()["draft"]
    refused = writer.post("/compose/send/", form(draft=first), headers=JSON)
    assert (refused.status_code, refused.json()["compose_url"]) == (409, f"/compose/?draft={newer}")
    assert writer.post("/compose/send/", form(draft=newer), headers=JSON).status_code == 200
    again = writer.post("/compose/send/", form(draft=newer), headers=JSON)
    assert (again.status_code, again.json()["compose_url"]) == (409, "")
    assert OutboundMessage.objects.count() == 1


def test_what_one_person_wrote_is_not_saved_for_the_next(writer: Client, alice: Person, bob: Person) -> None:
    wrong = save(writer, account=bob.account.pk)
    assert wrong.status_code == 401
    assert save(writer, account=alice.account.pk).status_code == 200
    told = writer.get("/signed-in/", headers=JSON).json()
    assert told["account"] == alice.account.pk


def test_a_scheduled_letter_waits_and_comes_back(writer: Client, alice: Person) -> None:
    at = timezone.localtime(timezone.now() + timedelta(days=2))
    named = {"send_at": "pick", "send_date": f"{at:%Y-%m-%d}", "send_clock": "08:30", "remind": "3"}
    answer = writer.post("/compose/send/", form(**named), headers=JSON).json()
    assert "8:30" in answer["scheduled"]
    page = writer.get("/mail/scheduled/").content.decode()
    assert "你好" in page
    assert "8:30" in page
    sent = OutboundMessage.objects.get()
    shown = writer.get(f"/messages/{sent.sent_message_id}/", follow=True).content.decode()
    assert f"/outbox/{sent.pk}/time/" in shown
    assert writer.get("/search/?q=in:scheduled").content.decode().count("你好") >= 1
    writer.post(f"/outbox/{sent.pk}/time/", {"send_at": f"{at:%Y-%m-%d}T09:15"})
    sent.refresh_from_db()
    assert f"{timezone.localtime(sent.hold_until):%H:%M}" == "09:15"
    draft = writer.post(f"/outbox/{sent.pk}/undo/", headers=JSON).json()["compose_url"]
    assert "你好" in writer.get(draft).content.decode()
    past = writer.post("/compose/send/", form(send_at="2020-01-01T08:00"), headers=JSON)
    assert past.status_code == 422


def test_a_template_is_kept_from_a_letter_and_put_into_another(writer: Client, alice: Person) -> None:
    kept = {"name": "Hours", "subject": "Opening hours", "html": "<div>From <b>8</b><script>x</script></div>"}
    answer = writer.post("/settings/templates/new/", kept, headers=JSON)
    assert answer.status_code == 201
    url = answer.json()["url"]
    assert url in writer.get("/compose/").content.decode()
    assert writer.get(url, headers=JSON).json() == {
        "subject": "Opening hours",
        "html": "<div>From <b>8</b></div>",
    }
    taken = writer.post("/settings/templates/new/", kept, headers=JSON)
    assert (taken.status_code, bool(taken.json()["error"])) == (422, True)
    writer.post(url, {"name": "Hours 2", "text": "Plain\n<words>"})
    assert writer.get(url, headers=JSON).json()["html"] == "<div>Plain<br>&lt;words&gt;</div>"
    writer.post(f"{url}delete/")
    assert writer.get(url).status_code == 404


def test_plain_text_stays_plain(writer: Client, alice: Person) -> None:
    converted = writer.post(
        "/compose/text/", {"html": "<div>One<br><b>Two</b></div><blockquote>Q</blockquote>"}
    )
    assert converted.json()["text"].startswith("One\nTwo")
    key = save(writer, text="> quoted\nPlain words", html="").json()["draft"]
    page = writer.get(f"/compose/?draft={key}").content.decode()
    assert " data-plain>" in page
    assert b"text/html" not in queries.raw(alice.account.pk, key)


def test_an_answer_to_a_list_knows_the_list(writer: Client, alice: Person) -> None:
    raw = letter("News", number=9, to="list@lists.test")
    raw = raw.replace(b"Subject:", b"List-Post: <mailto:List@lists.test>\r\nSubject:")
    original = arrive(alice.account.pk, raw)
    assert (
        'data-list="list@lists.test"'
        in writer.get(f"/compose/?reply_all={original.message_id}").content.decode()
    )


def test_a_file_in_pieces_goes_on_after_a_break(writer: Client, alice: Person) -> None:
    data = bytes(range(256)) * 10
    begun = writer.post(
        "/uploads/pieces/", {"name": "大.bin", "type": "a/b", "size": len(data)}, headers=JSON
    )
    url = begun.json()["url"]

    def piece(offset: int, part: bytes) -> dict:
        return writer.post(f"{url}?at={offset}", part, content_type="application/octet-stream").json()

    assert piece(0, data[:1000]) == {"received": 1000}
    # What came before is not taken twice, and nothing is left out.
    assert piece(0, data[:1000]) == piece(1500, data[1500:]) == writer.get(url).json() == {"received": 1000}
    done = piece(1000, data[1000:] + b"too much")
    assert (done["name"], done["size"]) == ("大.bin", len(data))
    assert piece(len(data), b"") == done
    writer.post("/compose/send/", form(attachment=done["token"]), headers=JSON)
    assert sent_files(alice) == [("大.bin", data)]
    huge = {"name": "a", "size": 10**9}
    assert writer.post("/uploads/pieces/", huge, headers=JSON).status_code == 413
