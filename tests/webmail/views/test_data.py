"""The page of a person's data: files sent up, servers named, everything taken out."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests.contacts import know
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import importing
from webmail.models import MailImport
from webmail.store import rules

JSON = {"Accept": "application/json"}
MBOX = (
    b"From bob Sun Nov 22 12:00:00 2026\n"
    + letter("Brought").replace(b"\r\n", b"\n")
    + b"\nFrom x Sun Nov 22 12:00:00 2026\n<b>\n"
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


def test_a_file_comes_in_pieces(web: Client, alice: Person, django_assert_max_num_queries) -> None:
    begun = web.post("/settings/data/import/", {"name": "old.mbox", "size": len(MBOX)}, headers=JSON).json()
    assert begun["received"] == 0
    for at in (0, 100):
        piece = MBOX[at : at + 100] if at == 0 else MBOX[at:]
        sent = web.post(f"{begun['url']}?at={at}", piece, content_type="application/octet-stream")
        assert sent.json() == {"received": at + len(piece)}
    # The answer to the last piece was lost: it is sent again.
    again = web.post(f"{begun['url']}?at=100", MBOX[100:], content_type="application/octet-stream")
    assert again.json() == {"received": len(MBOX)}
    row = MailImport.objects.get()
    assert row.state == "waiting"
    assert "hx-trigger" in web.get("/settings/data/imports/").content.decode()
    importing.run(row.pk)
    late = web.post(f"{begun['url']}?at=0", b"x", content_type="application/octet-stream")
    assert late.status_code == 404
    with django_assert_max_num_queries(6):
        page = web.get("/settings/data/").content.decode()
    assert "1 message added, 1 left out" in page
    assert "old.mbox #2: has no header" in page
    assert "hx-trigger" not in page
    assert web.post(f"/settings/data/imports/{row.pk}/cancel/").status_code == 404


def test_without_scripts_a_form_sends_it_whole(web: Client, alice: Person) -> None:
    answer = web.post(
        "/settings/data/import/",
        {"file": SimpleUploadedFile("a.eml", letter("Single")), "folder": "Old"},
        follow=True,
    )
    assert "The import has begun" in answer.content.decode()
    row = MailImport.objects.get()
    assert (row.state, row.size, row.folder) == ("waiting", len(letter("Single")), "Old")
    stopped = web.post(f"/settings/data/imports/{row.pk}/cancel/", follow=True)
    assert "What has come stays" in stopped.content.decode()
    assert web.post("/settings/data/import/", {"name": "x", "size": "0"}, headers=JSON).status_code == 422
    assert web.post("/settings/data/import/", {"name": "x", "size": "9" * 30}).status_code == 422


def test_a_server_is_named_and_the_password_is_not_shown(web: Client, alice: Person) -> None:
    assert (
        web.post("/settings/data/import/server/", {"host": "imap.x.test", "user": "bob"}).status_code == 422
    )
    sent = {"host": "IMAP.x.test", "user": "bob", "password": "open sesame", "port": "143"}
    page = web.post("/settings/data/import/server/", sent, follow=True).content.decode()
    assert "bob · imap.x.test" in page
    assert "open sesame" not in page
    row = MailImport.objects.get()
    assert (row.host, row.port, row.state) == ("imap.x.test", 143, "waiting")
    for _ in range(2):
        web.post("/settings/data/import/server/", sent)
    assert web.post("/settings/data/import/server/", sent).status_code == 422


def test_everything_is_taken_out(web: Client, alice: Person) -> None:
    arrive(alice.account.pk, letter("Mine"))
    know(alice.account.pk, "Bob", "bob@hamburger.test")
    rules.create(alice.account.pk, rules.Written(query="from:shop.test", name="Shops", stars=True))
    answer = web.get("/settings/data/export/")
    assert "alice@crepes.test" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert b"Subject: Mine" in packed.read("mail/Inbox.mbox")
        assert b"FN:Bob" in packed.read("contacts.vcf")
        assert b"Shops" in packed.read("rules.sieve")
        kept = json.loads(packed.read("settings.json"))
    assert kept["address"] == "alice@crepes.test"
    assert kept["preferences"]["theme"] == "system"
    assert "password" not in json.dumps(kept)
