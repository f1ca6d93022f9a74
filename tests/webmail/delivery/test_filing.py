"""Where mail goes by who sent it: decided, delivered by SMTP's door, and between people of one server."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailserver.message.address import parse
from mailserver.message.compose import Draft
from mailserver.smtp.envelope import Envelope, Peer
from tests.contacts import know
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import attempt, inbound, submit
from webmail.delivery.directory import Directory
from webmail.delivery.filing import INBOX, Filing, decide
from webmail.models import Verdict
from webmail.store import mailboxes, queries, senders
from webmail.store.queries import SenderFacts

NOW = datetime(2026, 11, 22, 21, 19, 38, tzinfo=UTC)
JUNK, TRASH, SCREENER = Filing(("junk",)), Filing(("trash",)), Filing(("screener",))


@pytest.mark.parametrize(
    ("facts", "expected", "filing"),
    [
        (SenderFacts(), False, INBOX),
        (SenderFacts("blocked"), False, JUNK),
        (SenderFacts("blocked", is_known=True, answers=True), True, JUNK),
        (SenderFacts("blocked", is_own=True), False, INBOX),
        (SenderFacts("refused"), False, TRASH),
        (SenderFacts("refused", screens=True), True, TRASH),
        (SenderFacts("accepted", screens=True), False, INBOX),
        (SenderFacts("accepted", 7), False, Filing((), (7,))),
        (SenderFacts(screens=True), False, SCREENER),
        (SenderFacts(screens=True), True, INBOX),
        (SenderFacts(screens=True, is_known=True), False, INBOX),
        (SenderFacts(screens=True, answers=True), False, INBOX),
        (SenderFacts(screens=True, is_own=True), False, INBOX),
    ],
)
def test_decisions(facts: SenderFacts, expected: bool, filing: Filing) -> None:
    assert decide(facts, is_expected=expected) == filing


def deliver(person: Person, raw: bytes, return_path: str = "bob@hamburger.test") -> None:
    """Deliver as SMTP does, to who is looked up now."""
    envelope = Envelope(Peer("192.0.2.1", 1, "client.test"), return_path, (person.address,), raw, NOW)
    [reply] = inbound.receive([inbound.read(envelope)], Directory())
    assert reply.code == 250


def where(person: Person) -> dict[str, set[str]]:
    """Subjects by the role or path of the mailbox they stand in."""
    rows = queries.mailbox_list(person.account.pk)
    pages = {row.role or row.path: queries.mailbox_page(person.account.pk, row.id).rows for row in rows}
    return {name: {row.subject for row in page} for name, page in pages.items() if page}


def test_blocked_kept_out_and_let_in(alice: Person) -> None:
    label, _done = mailboxes.create(alice.account.pk, "News")
    for sender, verdict, to in (
        ("bob@hamburger.test", Verdict.BLOCKED, None),
        ("@shop.test", Verdict.BLOCKED, None),
        ("no@x.test", Verdict.REFUSED, None),
        ("news@shop.test", Verdict.ACCEPTED, label),
    ):
        senders.choose(alice.account, sender, verdict, to)
    mail = (
        ("Blocked", "Bob <BOB@Hamburger.test>"),
        ("Domain", "ads@mail.shop.test"),
        ("Refused", "no@x.test"),
        ("Wanted", "News <news@shop.test>"),
        ("Stranger", "who@y.test"),
        ("No address", "nobody"),
    )
    for number, (subject, sender) in enumerate(mail):
        deliver(alice, letter(subject, number=number, sender=sender))
    assert where(alice) == {
        "junk": {"Blocked", "Domain"},
        "trash": {"Refused"},
        "News": {"Wanted"},
        "inbox": {"Stranger", "No address"},
    }


def test_who_is_new_waits_and_nobody_else(alice: Person, carol: Person) -> None:
    senders.screen(alice.account.pk, on=True)
    know(alice.account.pk, "", "bob@hamburger.test")
    alice.account.aliases.create(domain=alice.account.domain, address="shop@crepes.test")
    arrive(alice.account.pk, letter("Sent", number=500), role="sent")
    arrive(alice.account.pk, letter("Came", number=501))
    senders.choose(alice.account, "yes@x.test", Verdict.ACCEPTED)
    listed = b"List-Id: <slow.lists.test>\r\n"
    report = b"MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b\r\n"
    parts = b"\r\n--b\r\n\r\nIt failed.\r\n--b--\r\n"
    deliver(alice, letter("New", number=1, sender="who@y.test"))
    deliver(alice, letter("Reply to what came", number=2, sender="who@y.test", references=[501]))
    deliver(alice, letter("Contact", number=3))
    deliver(alice, letter("Let in", number=4, sender="yes@x.test"))
    deliver(alice, letter("Reply", number=5, sender="other@y.test", references=[500]))
    deliver(alice, listed + letter("List", number=6, sender="who@list.test"))
    deliver(alice, letter("Myself", number=7, sender="shop@crepes.test"))
    deliver(alice, report + b"From: mailer-daemon@y.test\r\nSubject: Report\r\n" + parts, "")
    deliver(alice, report + b"From: evil@y.test\r\nSubject: No report\r\n" + parts, "evil@y.test")
    deliver(alice, b"Subject: Nobody\r\n\r\nx\r\n")
    deliver(carol, letter("Carol", number=9, sender="who@y.test"))
    found = where(alice)
    assert found["screener"] == {"New", "Reply to what came", "No report", "Nobody"}
    assert found["inbox"] == {"Came", "Contact", "Let in", "Reply", "List", "Myself", "Report"}
    assert where(carol) == {"inbox": {"Carol"}}
    senders.screen(alice.account.pk, on=False)
    deliver(alice, letter("Later", number=10, sender="who@z.test"))
    assert "Later" in where(alice)["inbox"]


def statements(person: Person, number: int) -> int:
    envelope = Envelope(
        Peer("192.0.2.1", 1, "client.test"),
        "bob@hamburger.test",
        (person.address,),
        letter(f"No. {number}", number=number),
        NOW,
    )
    read, directory = inbound.read(envelope), Directory()
    with CaptureQueriesContext(connection) as captured:
        inbound.receive([read], directory)
    return len(captured)


def test_it_costs_one_statement_and_none_without_choices(alice: Person) -> None:
    statements(alice, 1)
    before = statements(alice, 2)
    senders.choose(alice.account, "ads@shop.test", Verdict.BLOCKED)
    assert statements(alice, 3) == before + 1
    senders.screen(alice.account.pk, on=True)
    assert statements(alice, 4) == before + 1
    senders.forget(alice.account.pk, "ads@shop.test")
    senders.screen(alice.account.pk, on=False)
    assert statements(alice, 5) == before


def test_mail_between_people_of_one_server_is_sorted_too(
    alice: Person, carol: Person, kicked: list[str]
) -> None:
    senders.choose(carol.account, "alice@crepes.test", Verdict.BLOCKED)
    draft = Draft(
        from_=parse("alice@crepes.test"), to=parse("carol@crepes.test"), subject="Lunch?", text="At noon?"
    )
    submit.submit(alice.account.pk, draft, submission_key="k", hold_seconds=0)
    attempt.deliver("crepes.test")
    assert where(carol) == {"junk": {"Lunch?"}}
