"""Mail for a browser without a network: what is kept, whose it is, and what it costs."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.mail import arrive, arrive_all, letter, new
from tests.people import Person
from webmail.store import queries
from webmail.views import kept

HTML = (
    "From: Bob <bob@hamburger.test>\r\nTo: alice@crepes.test\r\nSubject: Colours\r\n"
    "Message-ID: <{}@x.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=gbk\r\n\r\n"
    "<p>红 <script>alert(1)</script></p>"
)


def coloured(number: int) -> bytes:
    return HTML.format(number).encode("gbk")


def test_the_inbox_comes_first_and_500_messages_are_enough(
    web: Client, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MESSAGES", 3)
    account_id = alice.account.pk
    inbox = [arrive(account_id, letter(number=n), minute=n).thread_id for n in range(2)]
    archived = [arrive(account_id, letter(number=n), minute=n, role="archive").thread_id for n in range(5, 8)]
    found = web.get("/kept/").json()
    assert [key for key, _modseq in found["conversations"]] == [*reversed(inbox), archived[-1]]
    assert f'data-id="{inbox[0]}"' in found["lists"]["inbox"]
    again = web.get("/kept/", {"since": found["modseq"], "look": found["look"]}).json()
    assert "lists" not in again
    alice.user.theme = "dark"
    alice.user.save()
    assert "lists" in web.get("/kept/", {"since": found["modseq"], "look": found["look"]}).json()


def test_letters_are_kept_as_they_are_shown(web: Client, alice: Person) -> None:
    added = arrive(alice.account.pk, coloured(1))
    (found,) = web.get(f"/kept/conversations/?ids={added.thread_id}").json()["conversations"]
    ((key, body, policy),) = found["bodies"]
    shown = web.get(f"/messages/{key}/body/")
    assert key == added.message_id
    assert "红" in body
    assert "<script" not in body
    assert policy == shown["Content-Security-Policy"]
    assert f'src="/messages/{key}/body/"' in found["html"]
    # To keep is not to read.
    assert "is-unread" in found["html"]
    assert web.get("/changes/?since=0").json()["counts"]["inbox"] == 1


def test_a_batch_takes_as_many_statements_as_one(web: Client, alice: Person) -> None:
    batch = [new(coloured(n), alice.account.pk, minute=n) for n in range(6)]
    batch += [new(letter(f"Plain {n}", number=n), alice.account.pk) for n in range(6)]
    keys = [str(added.thread_id) for added in arrive_all(batch)]
    counts = []
    for some in (keys[:1], keys[-1:], keys):
        web.get("/kept/conversations/", {"ids": ",".join(some)})
        with CaptureQueriesContext(connection) as captured:
            assert len(
                web.get("/kept/conversations/", {"ids": ",".join(some)}).json()["conversations"]
            ) == len(some)
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2] <= 8


def test_what_is_no_batch_is_refused_and_anothers_mail_not_there(web: Client, bob: Person) -> None:
    his = arrive(bob.account.pk, letter("Private")).thread_id
    assert web.get(f"/kept/conversations/?ids={his}").json() == {"conversations": []}
    many = ",".join(map(str, range(kept.BATCH + 1)))
    assert {web.get(f"/kept/conversations/?ids={bad}").status_code for bad in ("", "x", many)} == {400}


def test_a_browser_finds_what_it_needs_to_install_the_site(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest", headers={"Accept-Language": "zh-hans"})
    assert manifest["Content-Type"] == "application/manifest+json"
    found = manifest.json()
    assert {icon["purpose"] for icon in found["icons"]} == {"any", "maskable"}
    assert found["shortcuts"][0]["name"] != "Compose"
    assert client.get("/favicon.ico").status_code == 302
    worker = client.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    files = json.loads(worker.text.partition("const SHELL = ")[2].partition(";\n")[0])["files"]
    assert "/offline/" in files
    assert client.get("/offline/").status_code == 200


def test_a_mailto_link_opens_a_letter(web: Client) -> None:
    page = web.get(
        "/compose/", {"mailto": "mailto:bob@hamburger.test?subject=Hi%20there&body=One%0ATwo"}
    ).text
    assert 'value="bob@hamburger.test"' in page
    assert 'value="Hi there"' in page


def test_an_answer_from_a_train_belongs_to_its_conversation(web: Client, alice: Person, bob: Person) -> None:
    """Without a network the window knows our id of what is answered, and no Message-ID."""
    added = arrive(alice.account.pk, letter("Crêpes?", number=7))
    his = arrive(bob.account.pk, letter("Private", number=8)).message_id
    written = {"to": "bob@hamburger.test", "subject": "Re: Crêpes?", "html": "<div>Yes</div>"}
    headers = {"Accept": "application/json"}
    for answered in (added.message_id, his):
        fields = written | {"reply_to_message": answered, "key": f"{answered:032x}"}
        assert web.post("/compose/send/", fields, headers=headers).status_code == 200
    sent = queries.conversation(alice.account.pk, added.thread_id)
    assert [message.envelope.in_reply_to for message in sent] == ["", "<7@hamburger.test>"]
