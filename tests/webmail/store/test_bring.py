"""Mail from files and back, byte for byte; and the check that all is well."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.mail import account, arrive, letter
from webmail.models import Account, BlobChunk, Mailbox, MailboxMessage, Role
from webmail.store import flags, mailboxes, queries
from webmail.store.change import Change

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> int:
    return account().pk


def bring(path: Path, **options: str) -> str:
    out = StringIO()
    call_command("import_mail", "alice@crepes.test", path, stdout=out, **options)
    return out.getvalue()


def raws(account_id: int) -> list[bytes]:
    rows = MailboxMessage.objects.filter(account_id=account_id).order_by("pk")
    return [queries.raw(account_id, row.message_id) for row in rows]


def test_an_mbox(alice: int, tmp_path: Path) -> None:
    box = tmp_path / "mail.mbox"
    box.write_bytes(
        b"From bob@x.test Thu Aug 22 12:36:23 2002\nSubject: One\nFrom: bob@x.test\nStatus: RO\n"
        b"X-Status: F\n\n"
        b"Text\n\nFrom here on it goes\n>From there\n>>From far\n\n"
        b"From eve@x.test Fri Aug 23 01:02:03 2002\nSubject: Two\nFrom: eve@x.test\n\nMore\n\n"
    )
    assert bring(box) == "2 imported, 0 there already, 0 refused\n"
    assert raws(alice) == [
        b"Subject: One\r\nFrom: bob@x.test\r\n\r\n"
        b"Text\r\n\r\nFrom here on it goes\r\nFrom there\r\n>From far\r\n",
        b"Subject: Two\r\nFrom: eve@x.test\r\n\r\nMore\r\n",
    ]
    first, second = MailboxMessage.objects.order_by("pk")
    assert flags.flags_of(first) == {"\\Seen", "\\Flagged"}
    assert flags.flags_of(second) == set()
    assert first.received_at.isoformat() == "2002-08-22T12:36:23+00:00"
    assert bring(box) == "0 imported, 2 there already, 0 refused\n"


def test_a_folder_says_what_it_refuses(alice: int, tmp_path: Path, settings: object) -> None:
    settings.MAX_MESSAGE_BYTES = 5000  # type: ignore[attr-defined]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.eml").write_bytes(letter(number=1))
    (tmp_path / "b.eml").write_bytes(letter(number=2).replace(b"\r\n", b"\n"))
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "cmds").write_bytes(b"mv 0001 0002\nmv 0003 0004\n")
    (tmp_path / "large.eml").write_bytes(letter(body="x" * 6000))
    report = bring(tmp_path, folder="Old/Mail")
    assert report.startswith("2 imported, 0 there already, 3 refused\n")
    for reason in ("empty.eml is empty", "cmds has no header", "large.eml is larger than 5000 bytes"):
        assert reason in report
    assert sorted(raws(alice)) == sorted([letter(number=1), letter(number=2)])
    assert Mailbox.objects.get(path="Old/Mail").message_count == 2


def test_a_maildir_with_flags_and_folders(alice: int, tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Work.2026/cur", ".Work.2026/new"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "cur" / "1.M1.host:2,FRS").write_bytes(letter(number=1))
    (tmp_path / "new" / "2.M2.host").write_bytes(letter(number=2))
    (tmp_path / "tmp" / "3.M3.host").write_bytes(letter(number=3))
    (tmp_path / ".Work.2026" / "cur" / "4.M4.host:2,S").write_bytes(letter(number=4))
    assert bring(tmp_path).startswith("3 imported")
    stands = {
        row.mailbox.path: row for row in MailboxMessage.objects.select_related("mailbox").order_by("-pk")
    }
    assert set(stands) == {"Inbox", "Work/2026"}
    assert flags.flags_of(MailboxMessage.objects.get(answered=True)) == {"\\Seen", "\\Flagged", "\\Answered"}


def test_export_and_import_give_the_same_bytes(alice: int, tmp_path: Path) -> None:
    texts = ["plain", "From here\r\n>From there\r\n\r\nFrom x@y Thu Aug 22 12:36:23 2002", "\r\n\r\n", "饼"]
    for number, text in enumerate(texts):
        arrive(alice, letter(body=text, number=number), flags=frozenset({"\\Seen"}), roles=("inbox", "sent"))
    before = {queries.raw(alice, row.message_id) for row in MailboxMessage.objects.all()}
    call_command("export_mail", "alice@crepes.test", tmp_path / "all.mbox", stdout=StringIO())
    bob = account("bob@crepes.test").pk
    call_command("import_mail", "bob@crepes.test", tmp_path / "all.mbox", stdout=StringIO())
    assert set(raws(bob)) == before
    assert not MailboxMessage.objects.filter(account_id=bob, seen=False).exists()


@pytest.mark.parametrize("folder", ["Outbox", "outbox"])
def test_what_waited_elsewhere_does_not_wait_here(alice: int, tmp_path: Path, folder: str) -> None:
    with Change([alice]) as change:
        mailboxes.ensure(change, alice, "Outbox", Role.OUTBOX)
    (tmp_path / "a.eml").write_bytes(letter(number=1))
    bring(tmp_path / "a.eml", folder=folder)
    assert MailboxMessage.objects.get().mailbox.role == Role.SENT


def test_a_full_mailbox_refuses(alice: int, tmp_path: Path) -> None:
    Account.objects.update(quota_bytes=100)
    (tmp_path / "a.eml").write_bytes(letter())
    assert "the mailbox is full" in bring(tmp_path)


def test_unknown_accounts_and_paths(alice: int, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("import_mail", "nobody@crepes.test", tmp_path)
    with pytest.raises(CommandError):
        call_command("import_mail", "alice@crepes.test", tmp_path / "nothing")


def test_check_store_finds_what_is_wrong(alice: int) -> None:
    arrive(alice, letter())
    out = StringIO()
    call_command("check_store", stdout=out)
    assert out.getvalue() == "Everything is right\n"
    Mailbox.objects.filter(role="inbox").update(unseen_count=7)
    BlobChunk.objects.update(codec=0, data=b"x" * len(letter()))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_store", stdout=out, stderr=StringIO())
    assert ended.value.code == 1
    assert "unseen_count is 1, but 7 is kept" in out.getvalue()
    assert "is not what was stored" in out.getvalue()
