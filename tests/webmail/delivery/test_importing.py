"""Mail brought in by a worker: from files as they are, from a server that breaks off in the middle."""

import io
import os
import ssl
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mailserver.imap_source import Source, Ways
from tests.certificate import server_context
from tests.imap_peer import PASSWORD, Folder, ImapPeer
from tests.mail import arrive, letter
from tests.names import Names
from tests.people import Person
from webmail.delivery import importing
from webmail.models import Mailbox, MailboxMessage, MailImport, PartialUpload, UploadPurpose
from webmail.store import archive, import_jobs, imports, mailboxes, partial_uploads, uploads
from webmail.store import sweep as sweeping

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


def stands(person: Person) -> dict[str, set[str]]:
    """Which subjects stand in which mailbox."""
    found: dict[str, set[str]] = {}
    rows = MailboxMessage.objects.filter(account=person.account)
    for path, subject in rows.values_list("mailbox__path", "message__subject"):
        found.setdefault(path, set()).add(subject)
    return found


def upload(person: Person, data: bytes, name: str = "mail.mbox", folder: str = "") -> MailImport:
    token = imports.begin_file(person.account.pk, name, len(data), folder).token
    half = len(data) // 2
    partial_uploads.add(person.account.pk, token, 0, data[:half])
    partial_uploads.add(person.account.pk, token, half, data[half:])
    imports.uploaded(person.account.pk, token)
    return MailImport.objects.get(token=token)


def run(row: MailImport) -> MailImport:
    importing.run(row.pk)
    row.refresh_from_db()
    return row


def mbox(*raws: bytes) -> bytes:
    opening = b"From bob@hamburger.test Sun Nov 22 12:00:00 2026\n"
    return b"".join(opening + raw.replace(b"\r\n", b"\n") + b"\n" for raw in raws)


def test_an_mbox_with_broken_messages(alice: Person) -> None:
    whole = mbox(
        letter("One", number=1),
        b"no header at all\n",
        b"\n",
        letter("Two", number=2),
        letter("One", number=1),
    )
    row = run(upload(alice, whole, folder="Old/2020"))
    assert (row.state, row.added, row.known, row.refused) == ("done", 2, 1, 2)
    assert row.reasons[0][0].endswith("#2")
    assert str(partial_uploads.path_of(row.token).parent) not in row.reasons[0][0]
    assert stands(alice) == {"Old/2020": {"One", "Two"}}
    assert not partial_uploads.path_of(row.token).exists()
    odd = run(upload(alice, b"nothing of the kind"))
    assert (odd.state, odd.added, odd.refused) == ("done", 0, 1)


def test_a_takeout_keeps_its_labels(alice: Person) -> None:
    def labelled(number: int, labels: str) -> bytes:
        return f"X-Gmail-Labels: {labels}\r\n".encode() + letter(f"L{number}", number=number)

    coded = "=?UTF-8?Q?=E6=94=B6=E4=BB=B6=E7=AE=B1,=E6=9C=AA=E8=AF=BB,=E5=B7=A5=E4=BD=9C?="
    mails = mbox(
        labelled(1, "Inbox,Important,Work/2026,Starred"),
        labelled(2, "Archived,Opened,Category Promotions"),
        labelled(3, coded),
        labelled(4, "Sent"),
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Takeout/Mail/All mail Including Spam and Trash.mbox", mails)
        made.writestr("Takeout/archive_browser.html", "<html>")
    row = run(upload(alice, packed.getvalue(), "takeout.zip"))
    assert (row.state, row.added, row.refused) == ("done", 4, 0)
    assert stands(alice) == {
        "Inbox": {"L1", "L3"},
        "Work/2026": {"L1"},
        "Archive": {"L2"},
        "工作": {"L3"},
        "Sent": {"L4"},
    }
    marks = MailboxMessage.objects.values_list("message__subject", "seen", "flagged")
    assert set(marks) == {("L1", True, True), ("L2", True, False), ("L3", False, False), ("L4", True, False)}


def test_what_is_exported_can_be_brought_in_again(alice: Person, bob: Person) -> None:
    label, _ = mailboxes.create(alice.account.pk, "Travel/Paris")
    arrive(
        alice.account.pk,
        letter("From here", "From me\r\n>From you", number=1),
        mailbox_ids=(label,),
        flags=frozenset({"\\Seen"}),
    )
    arrive(alice.account.pk, letter("Gone", number=2), role="trash", flags=frozenset({"\\Flagged"}))
    data = b"".join(archive.stream(alice.account))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        assert set(packed.namelist()) == {
            "mail/Inbox.mbox",
            "mail/Travel/Paris.mbox",
            "mail/Trash.mbox",
            "rules.sieve",
            "settings.json",
        }
    row = run(upload(bob, data, "alice.zip"))
    assert (row.state, row.added, row.refused) == ("done", 2, 0)
    assert stands(bob) == stands(alice)
    hashes = [
        set(
            MailboxMessage.objects.filter(account=each.account).values_list(
                "message__blob__sha256", "seen", "flagged"
            )
        )
        for each in (alice, bob)
    ]
    assert hashes[0] == hashes[1]


def test_odd_archives_are_refused(alice: Person) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb.mbox", b"\n" * 60_000_000)
        made.writestr("../../etc/one.eml", letter("One"))
    row = run(upload(alice, packed.getvalue(), "bomb.zip"))
    assert (row.state, row.added, row.refused) == ("done", 1, 1)
    cut = run(upload(alice, packed.getvalue()[:300], "cut.zip"))
    assert (cut.state, cut.added) == ("done", 0)


def test_pieces_come_in_turn(alice: Person, bob: Person, settings: Settings) -> None:
    begun = imports.begin_file(alice.account.pk, "a.mbox", 10)
    row = MailImport.objects.get()
    with pytest.raises(uploads.UploadNotFoundError):
        partial_uploads.add(bob.account.pk, begun.token, 0, b"x")
    assert partial_uploads.add(alice.account.pk, begun.token, 5, b"x") == begun
    partial_uploads.add(alice.account.pk, begun.token, 0, b"12345")
    assert imports.begin_file(alice.account.pk, "a.mbox", 10).received == 5
    assert imports.of_account(alice.account.pk) == [(row, 5)]
    assert imports.cancel(alice.account.pk, row.pk)
    assert not partial_uploads.path_of(begun.token).exists()
    imports.begin_file(alice.account.pk, "b.mbox", 10)
    assert sweeping.run(timezone.now() + timedelta(days=2)).imports == 0
    assert set(MailImport.objects.values_list("state", flat=True)) == {"cancelled"}
    assert sweeping.run(timezone.now() + timedelta(days=31)).imports == 2
    settings.IMPORT_MAX_BYTES = 9
    with pytest.raises(imports.CannotImportError):
        imports.begin_file(alice.account.pk, "a.mbox", 10)


def test_files_that_nobody_goes_on_with_leave_the_disk(alice: Person) -> None:
    """Those of imports stay, however long they wait; so does what is still coming."""
    waiting = upload(alice, mbox(letter("One")))
    sent, lost = (
        partial_uploads.begin(alice.account.pk, UploadPurpose.ATTACHMENT, "a", "a/b", 5).token
        for _ in range(2)
    )
    for token in (waiting.token, sent, lost):
        os.utime(partial_uploads.path_of(token), (0, 0))
    PartialUpload.objects.filter(token=lost).delete()
    sweeping.run()
    assert partial_uploads.path_of(sent).exists()
    assert not partial_uploads.path_of(lost).exists()
    sweeping.run(timezone.now() + timedelta(days=2))
    assert not partial_uploads.path_of(sent).exists()
    assert run(waiting).added == 1


@pytest.fixture
def peer(settings: Settings) -> Iterator[ImapPeer]:
    """A server with mail in several folders, one message in two of them."""
    numbers = range(1, 31)
    inbox = {uid: letter(f"Mail {uid}", number=uid) for uid in numbers}
    everything = inbox | {uid: letter(f"Mail {uid}", number=uid) for uid in (31, 32)}
    folders = {
        "All": Folder(everything, "\\All"),
        "INBOX": Folder(inbox, flags={1: "\\Seen \\Flagged", 2: "\\Recent"}),
        "&XeVPXA-/2026": Folder({5: inbox[5], 99: letter("Work", number=99)}),
        "Gesendet": Folder({1: letter("Sent", number=200)}, "\\Sent \\HasNoChildren"),
        "Parent": Folder({}, "\\Noselect"),
        "Empty": Folder({}),
    }
    with ImapPeer(folders) as running:
        settings.IMPORT_HOSTS = [f"127.0.0.1:{running.port}"]
        yield running


def begin(person: Person, peer: ImapPeer, password: str = PASSWORD) -> MailImport:
    return imports.begin_server(person.account.pk, "127.0.0.1", peer.port, "bob", password)


def test_a_server_that_breaks_off_in_the_middle(
    alice: Person, peer: ImapPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_HEADS_AT_ONCE", 10)
    monkeypatch.setattr(importing, "_FETCHED_AT_ONCE", 4)
    arrive(alice.account.pk, letter("Mail 3", number=3), role="archive")
    peer.breaks_at = 20
    row = begin(alice, peer)
    assert PASSWORD.encode() not in bytes(row.secret)
    run(row)
    assert (row.state, row.problem) == ("waiting", "closed")
    assert 0 < row.added < 25
    before = set(peer.fetched)
    importing.run(row.pk)
    assert len(peer.fetched) == len(before), "it waits a little"
    MailImport.objects.update(next_at=timezone.now())
    run(row)
    assert (row.state, row.problem, row.refused) == ("done", "", 0)
    again = [one for one in peer.fetched if peer.fetched.count(one) > 1]
    assert len(set(again)) <= 4, "only what was not yet committed is fetched again"
    everything = {f"Mail {uid}" for uid in range(1, 31)}
    found = stands(alice)
    assert found["Inbox"] == everything - {"Mail 3"}
    assert found["工作/2026"] == {"Mail 5", "Work"}
    assert found["Archive"] == {"Mail 3", "Mail 31", "Mail 32"}
    assert found["Sent"] == {"Sent"}
    assert MailboxMessage.objects.filter(mailbox__role="inbox").count() == 29
    flagged = MailboxMessage.objects.get(flagged=True, mailbox__role="inbox")
    assert (flagged.message.subject, flagged.seen, flagged.received_at.isoformat()) == (
        "Mail 1",
        True,
        "2026-07-17T09:44:25+00:00",
    )
    assert bytes(row.secret) == b""
    assert row.cursor == {}
    assert not Mailbox.objects.filter(path="Empty").exists()


@pytest.mark.parametrize(
    ("server", "password", "problem"),
    [("", "wrong", "login"), ("127.0.0.1:993", PASSWORD, "private"), ("127.0.0.1:25", PASSWORD, "host")],
)
def test_what_can_not_be_reached_ends_at_once(
    alice: Person, peer: ImapPeer, server: str, password: str, problem: str
) -> None:
    host, _, port = (server or f"127.0.0.1:{peer.port}").partition(":")
    row = run(imports.begin_server(alice.account.pk, host, int(port), "bob", password))
    assert (row.state, row.problem, bytes(row.secret)) == ("failed", problem, b"")


def test_one_that_dies_is_taken_over_and_given_up_at_last(alice: Person, peer: ImapPeer) -> None:
    row = begin(alice, peer)
    job = import_jobs.claim(row.pk)
    assert job is not None
    assert import_jobs.claim(row.pk) is None
    assert import_jobs.waiting(timezone.now()) == []
    assert import_jobs.waiting(timezone.now() + import_jobs.LEASE * 2) == [row.pk]
    for _ in range(import_jobs.MOST_TRIES):
        MailImport.objects.update(next_at=timezone.now())
        import_jobs.claim(row.pk)
    assert not import_jobs.note(job), "its lease is another's"
    row.refresh_from_db()
    assert (row.state, row.problem, bytes(row.secret)) == ("failed", "fault", b"")


def test_only_so_many_at_a_time(alice: Person, bob: Person, peer: ImapPeer) -> None:
    for person in (alice, alice, alice, bob):
        begin(person, peer)
    with pytest.raises(imports.CannotImportError):
        begin(alice, peer)
    assert len(import_jobs.waiting(timezone.now())) == import_jobs.AT_ONCE


@pytest.fixture
def secure(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapPeer]:
    """A server with TLS, on a name whose certificate it has, and on another name."""
    tls = server_context(tmp_path, "imap.test")
    ways = Ways(ports={}, tls=partial(ssl.create_default_context, cafile=str(tmp_path / "certificate.pem")))
    here = {"A": ["127.0.0.1"]}
    folder = Folder({uid: letter(f"Mail {uid}", number=uid) for uid in range(1, 31)})
    with ImapPeer({"INBOX": folder}, tls) as peer, Names({"imap.test": here, "other.test": here}) as names:
        ways = replace(ways, permitted=lambda _: True, ports={peer.port: "tls"})
        monkeypatch.setattr(importing, "Source", partial(Source, ways=ways))
        settings.DNS_RESOLVER = names.server
        yield peer


@pytest.fixture
def web(alice: Person, client: Client) -> Client:
    """Alice's browser."""
    client.force_login(alice.user)
    return client


def shown(client: Client) -> str:
    return client.get("/settings/data/imports/").content.decode()


def test_over_tls_it_breaks_off_is_seen_and_goes_on(
    web: Client, alice: Person, secure: ImapPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_HEADS_AT_ONCE", 10)
    monkeypatch.setattr(importing, "_FETCHED_AT_ONCE", 5)
    secure.breaks_at = 18
    row = run(imports.begin_server(alice.account.pk, "imap.test", secure.port, "bob", PASSWORD))
    page = shown(web)
    assert "15 messages added · The server does not answer." in page
    assert '<progress max="100" value="33"' in page
    MailImport.objects.update(next_at=timezone.now())
    assert run(row).state == "done"
    assert "30 messages added" in shown(web)
    assert stands(alice) == {"Inbox": {f"Mail {uid}" for uid in range(1, 31)}}


def test_a_wrong_certificate_is_refused_in_words(web: Client, alice: Person, secure: ImapPeer) -> None:
    row = run(imports.begin_server(alice.account.pk, "other.test", secure.port, "bob", PASSWORD))
    assert (row.state, bytes(row.secret)) == ("failed", b"")
    assert "can’t be trusted with a password: no valid encryption" in shown(web)
    run(imports.begin_server(alice.account.pk, "imap.test", secure.port, "bob", "wrong"))
    assert "The server refused the name and password." in shown(web)
