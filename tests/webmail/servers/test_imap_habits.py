"""What known mail programs are in the habit of doing, and what becomes of it in the store."""

import pytest
from django.utils import timezone

from mailserver.smtp.envelope import Envelope, Peer
from tests.mail import arrive, letter
from tests.mailserver.imap.memory import RawClient
from tests.people import Person
from webmail.delivery import hand_in, submit
from webmail.models import Account, Mailbox, MailboxMessage, Said, SpamMark, Thread


def _places(message_id: int) -> set[str]:
    return set(MailboxMessage.objects.filter(message_id=message_id).values_list("mailbox__path", flat=True))


def _append(program: RawClient, path: str, flags: str, raw: bytes) -> str:
    """Append with a literal that waits for nothing; the answer."""
    return program.ask(f"APPEND {path} ({flags}) {{{len(raw)}+}}\r\n{raw.decode()}")[-1]


def test_outlook_deletes_by_a_copy_in_trash(program: RawClient, alice: Person) -> None:
    kept = arrive(alice.account.pk, letter("Kept", number=1))
    gone = arrive(alice.account.pk, letter("Gone", number=2))
    program.ask("SELECT INBOX")
    assert program.ask("UID COPY 2 Trash")[-1].startswith("OK [COPYUID")
    assert program.ask("UID STORE 2 +FLAGS.SILENT (\\Deleted \\Seen)")[-1].startswith("OK")
    assert program.ask("UID EXPUNGE 2")[0] == "* 2 EXPUNGE"
    assert _places(gone.message_id) == {"Trash"}
    assert _places(kept.message_id) == {"Inbox"}
    trashed = MailboxMessage.objects.get(message_id=gone.message_id)
    assert (trashed.deleted, trashed.seen) == (False, True)


def test_a_move_to_junk_teaches_what_spam_is(program: RawClient, alice: Person) -> None:
    spam = arrive(alice.account.pk, letter("Win", number=1))
    program.ask("SELECT INBOX")
    assert "COPYUID" in "".join(program.ask("MOVE 1 Junk"))
    assert SpamMark.objects.get(message_id=spam.message_id).said == Said.SPAM
    program.ask("SELECT Junk")
    program.ask("MOVE 1 INBOX")
    assert SpamMark.objects.get(message_id=spam.message_id).said == Said.HAM


def test_a_move_to_archive_leaves_one_conversation(program: RawClient, alice: Person) -> None:
    first = arrive(alice.account.pk, letter("Plan", number=1))
    answer = arrive(alice.account.pk, letter("Re: Plan", number=2, references=[1]))
    program.ask("SELECT INBOX")
    program.ask("UID MOVE 1:2 Archive")
    assert first.thread_id == answer.thread_id
    assert _places(first.message_id) == _places(answer.message_id) == {"Archive"}
    assert program.ask("STATUS INBOX (MESSAGES UNSEEN)")[0] == "* STATUS INBOX (MESSAGES 0 UNSEEN 0)"


@pytest.mark.parametrize("same_id", [True, False])
def test_a_draft_saved_again_and_again_is_one_draft(program: RawClient, alice: Person, same_id: bool) -> None:
    """A new version is appended, then the one before is deleted: Thunderbird, Apple Mail, Outlook."""
    program.ask("SELECT Drafts")
    for version in range(1, 4):
        raw = letter("Plan", f"version {version}", number=1 if same_id else version)
        assert _append(program, "Drafts", "\\Draft \\Seen", raw).startswith("OK [APPENDUID")
        program.ask("NOOP")
        if version > 1:
            assert program.ask(f"UID STORE {version - 1} +FLAGS.SILENT (\\Deleted)")[-1].startswith("OK")
            assert program.ask(f"UID EXPUNGE {version - 1}")[0] == "* 1 EXPUNGE"
    [draft] = MailboxMessage.objects.filter(mailbox__role="drafts")
    assert (draft.uid, draft.draft) == (3, True)
    assert Thread.objects.get(pk=draft.thread_id).message_count == 1
    assert Thread.objects.filter(message_count__gt=0).count() == 1


def test_the_first_fetch_of_thunderbird(program: RawClient, alice: Person) -> None:
    for number in range(1, 4):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number))
    program.ask("SELECT INBOX")
    fields = (
        b"From To Cc Bcc Resent-Message-ID Subject Date Message-ID Priority X-Priority References Newsgroups"
    )
    program.send(b"9 UID FETCH 1:* (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (%b)])\r\n" % fields)
    lines: list[str] = []
    while not lines or not lines[-1].startswith("9 OK"):
        lines.append(program.line())
    assert sum(line.startswith("* ") for line in lines) == 3
    assert "Subject: Letter 2" in lines


def test_commands_in_a_row_and_done_with_what_follows(program: RawClient, alice: Person) -> None:
    arrive(alice.account.pk, letter("One"))
    program.send(
        b"1 SELECT INBOX\r\n2 FETCH 1 FLAGS\r\n3 UID STORE 1 +FLAGS (\\Seen)\r\n4 IDLE\r\nDONE\r\n5 NOOP\r\n"
        b"6 SEARCH SEEN\r\n"
    )
    tagged: list[str] = []
    lines: list[str] = []
    while not tagged or not tagged[-1].startswith("6"):
        lines.append(program.line())
        if lines[-1][:1].isdigit():
            tagged.append(lines[-1])
    assert [line[:4] for line in tagged] == [f"{number} OK" for number in range(1, 7)]
    assert "* SEARCH 1" in lines


def test_uids_of_a_huge_set(program: RawClient, alice: Person) -> None:
    for number in range(1, 4):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number))
    program.ask("SELECT INBOX")
    named = ",".join(str(uid) for uid in range(1, 20_001, 2))
    assert len(named) < 64 * 1024
    assert program.ask(f"UID FETCH {named} (FLAGS)")[:-1] == [
        "* 1 FETCH (UID 1 FLAGS (\\Recent))",
        "* 3 FETCH (UID 3 FLAGS (\\Recent))",
    ]
    assert len(program.ask("UID FETCH 1:4294967295 (UID)")) == 4


def test_folders_that_outlook_and_ios_make(program: RawClient, alice: Person) -> None:
    """A program that takes no notice of special uses makes its own; ours keep theirs."""
    for name in ('"Sent Items"', '"Deleted Messages"', '"Sent Messages"', "Notes"):
        assert program.ask(f"CREATE {name}")[-1].startswith("OK"), name
        assert program.ask(f"SUBSCRIBE {name}")[-1].startswith("OK"), name
    listed = program.ask('LIST (SPECIAL-USE) "" "*"')
    assert sum("\\Sent" in line for line in listed) == 1
    assert sum("\\Trash" in line for line in listed) == 1
    assert _append(program, '"Sent Items"', "\\Seen", letter("Mine")).startswith("OK")
    assert MailboxMessage.objects.get().mailbox.path == "Sent Items"
    assert program.ask('CREATE "sent"')[-1].startswith("NO [ALREADYEXISTS]")
    assert Mailbox.objects.filter(account=alice.account, role="sent").count() == 1


def test_a_copy_of_what_was_sent_is_the_same_letter_in_a_programs_own_folder(
    program: RawClient, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit, "kick", lambda _domains: None)
    raw = b"From: alice@crepes.test\r\nTo: bob@hamburger.test\r\nMessage-ID: <1@laptop>\r\n\r\nHi\r\n"
    handed = Envelope(Peer("127.0.0.1", 1), alice.address, ("bob@hamburger.test",), raw, timezone.now())
    hand_in.send(hand_in.read(handed), alice.account.pk, b"")
    program.ask('CREATE "Sent Items"')
    assert "[APPENDUID " in _append(program, '"Sent Items"', "\\Seen", raw)
    [letter_id] = set(MailboxMessage.objects.values_list("message_id", flat=True))
    assert _places(letter_id) == {"Outbox", "Sent", "Sent Items"}
    assert Thread.objects.get().message_count == 1
    # Another letter is another, and a draft is never what was sent.
    assert _append(program, '"Sent Items"', "\\Seen", letter("Other", number=2)).startswith("OK")
    assert _append(program, "Drafts", "\\Draft", raw).startswith("OK")
    assert MailboxMessage.objects.values("message_id").distinct().count() == 3


def test_one_box_that_searches_everywhere(program: RawClient, alice: Person) -> None:
    """Phones and Thunderbird ask for the sender, the subject or the text."""
    arrive(alice.account.pk, letter("Needle", number=1))
    arrive(alice.account.pk, letter("Other", "a needle in the hay", number=2))
    arrive(alice.account.pk, letter("Third", number=3, sender="needle@x.test"))
    arrive(alice.account.pk, letter("Nothing", number=4))
    program.ask("SELECT INBOX")
    for keys, found in (
        ("OR OR FROM needle SUBJECT needle BODY needle", "1 2 3"),
        ("OR SUBJECT needle NOT FROM bob", "1 3"),
        ("OR ALL SUBJECT needle", "1 2 3 4"),
        ("OR SUBJECT needle ALL UNSEEN", "1 2 3 4"),
        ("NOT OR ALL SUBJECT needle", ""),
        ("NOT ALL", ""),
        ("OR NOT ALL SUBJECT needle", "1"),
        ("OR NOT SUBJECT needle SEEN", "2 3 4"),
    ):
        assert program.ask(f"SEARCH {keys}")[0].removeprefix("* SEARCH").strip() == found, keys


def test_who_has_no_limit_has_no_quota_root(program: RawClient, alice: Person) -> None:
    """Thunderbird asks after each SELECT; a list of no resources is no answer (RFC 9208 §7)."""
    assert program.ask("GETQUOTAROOT INBOX") == ["* QUOTAROOT INBOX", "OK GETQUOTAROOT completed"]
    assert program.ask('GETQUOTA ""')[0].startswith("NO [NONEXISTENT]")
    Account.objects.filter(pk=alice.account.pk).update(quota_bytes=10 * 1024)
    assert program.ask("GETQUOTAROOT INBOX")[:2] == ['* QUOTAROOT INBOX ""', '* QUOTA "" (STORAGE 0 10)']


@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        ("\\Seen $MDNSent $Forwarded NonJunk", "$Forwarded $MDNSent NonJunk"),
        ("\\Recent \\Seen", ""),
        ("\\*", ""),
        ("\\XYZ junkrecorded", "junkrecorded"),
    ],
)
def test_odd_flags_of_an_append(program: RawClient, alice: Person, flags: str, kept: str) -> None:
    said = _append(program, "INBOX", flags, letter("Odd"))
    if not said.startswith("OK"):
        assert said.startswith("BAD")
        assert not MailboxMessage.objects.exists()
        return
    assert sorted(MailboxMessage.objects.get().keywords.split()) == kept.split()


@pytest.mark.parametrize(
    ("date", "received"),
    [
        ('" 1-Feb-2026 12:00:00 +0530"', "2026-02-01T06:30:00+00:00"),
        ('"1-Feb-2026 12:00:00 +0000"', "2026-02-01T12:00:00+00:00"),
        ('"01-feb-2026 23:59:60 -0000"', "2026-02-01T23:59:59+00:00"),
        ('"01-Jan-1970 00:00:00 +0000"', "1970-01-01T00:00:00+00:00"),
    ],
)
def test_odd_dates_of_an_append(program: RawClient, alice: Person, date: str, received: str) -> None:
    raw = letter("Odd")
    program.send(b"a APPEND INBOX (\\Seen) %b {%d}\r\n" % (date.encode(), len(raw)))
    assert program.line().startswith("+")
    program.send(raw + b"\r\n")
    assert program.line().startswith("a OK")
    assert MailboxMessage.objects.get().received_at.isoformat() == received
