"""Where mail goes by who sent it: decided, delivered by SMTP's door, and between people of one server."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailserver.message.address import parse
from mailserver.message.compose import Draft
from mailserver.smtp.envelope import Envelope, Peer
from tests.contacts import know
from tests.mail import arrive, arrive_all, letter, new
from tests.people import Person
from webmail.delivery import attempt, inbound, submit
from webmail.delivery.directory import Directory
from webmail.delivery.filing import INBOX, Filing, decide
from webmail.models import Said, SpamMark, Verdict
from webmail.store import mailboxes, queries, senders, spam_learning, spam_marks
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


SPAM = spam_marks.Reason("dmarc", ("shop.test",))
TAKEN_FOR_SPAM = Filing(("junk",), spam=SPAM)


@pytest.mark.parametrize(
    ("facts", "spared"),
    [
        (SenderFacts(), TAKEN_FOR_SPAM),
        (SenderFacts(is_known=True), INBOX),
        (SenderFacts(answers=True), INBOX),
        (SenderFacts(is_own=True), INBOX),
        (SenderFacts("accepted"), INBOX),
        (SenderFacts("accepted", 7), Filing((), (7,))),
        (SenderFacts("blocked"), JUNK),
        (SenderFacts("refused"), TRASH),
    ],
)
def test_a_forged_name_spares_nothing(facts: SenderFacts, spared: Filing) -> None:
    assert decide(facts, is_expected=True, spam=SPAM) == spared
    kept_out = facts.verdict in {"blocked", "refused"}
    expected = spared if kept_out else TAKEN_FOR_SPAM
    assert decide(facts, is_expected=True, is_report=True, spam=SPAM, is_forged=True) == expected
    # What is not taken for spam goes its way.
    assert decide(facts, is_expected=True, is_forged=True) == decide(facts, is_expected=True)


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


PRIZE = "You have won the lottery: claim your prize money now at http://prize.test/claim, urgent offer."


def learn(person: Person, number: int = 20) -> None:
    """Let a person report mail about prizes, and keep mail about the garden."""
    key, start = person.account.pk, 1000 * person.account.pk
    mail = [
        new(letter(f"Prize {n}", PRIZE, number=start + n, sender=f"x{n}@{n}.test"), key, role="junk")
        for n in range(number)
    ]
    mail += [
        new(letter(f"Garden {n}", "Roses and apples at noon?", number=start + 500 + n), key)
        for n in range(60)
    ]
    added = [each.message_id for each in arrive_all(mail)]
    spam_marks.say(key, added[:number], Said.SPAM)
    spam_marks.say(key, added[number:], Said.HAM)
    spam_learning.carry_on()


def test_what_looks_like_reported_mail_goes_to_spam_with_the_reason(alice: Person, carol: Person) -> None:
    learn(alice)
    learn(carol, 19)
    for number, person in enumerate((alice, carol), 1):
        deliver(person, letter("Your prize", PRIZE, number=number, sender="who@y.test"))
        deliver(
            person, letter("Apples", "Shall we pick apples at noon?", number=number + 5, sender="z@y.test")
        )
    assert "Your prize" in where(alice)["junk"]
    assert "Apples" in where(alice)["inbox"]
    assert {"Your prize", "Apples"} <= where(carol)["inbox"]
    [mark] = SpamMark.objects.exclude(reason="")
    reason = spam_marks.loads(mark.reason)
    assert reason
    assert reason.by == "words"
    assert "s:prize" in reason.clues
    assert {"w:lottery", "u:prize.test"} & {*reason.clues}
    spam_learning.switch(alice.account.pk, on=False)
    deliver(alice, letter("Another prize", PRIZE, number=30, sender="who@y.test"))
    assert "Another prize" in where(alice)["inbox"]


def test_who_is_known_is_never_taken_for_spam(alice: Person) -> None:
    learn(alice)
    know(alice.account.pk, "Friend", "friend@y.test")
    senders.choose(alice.account, "yes@x.test", Verdict.ACCEPTED)
    arrive(alice.account.pk, letter("Sent", number=500), role="sent")
    report = b"MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b\r\n"
    deliver(alice, letter("Contact", PRIZE, number=1, sender="Friend@y.test"))
    deliver(alice, letter("Let in", PRIZE, number=2, sender="yes@x.test"))
    deliver(alice, letter("Answer", PRIZE, number=3, sender="new@x.test", references=[500]))
    deliver(alice, letter("Myself", PRIZE, number=4, sender=alice.address))
    body = f"Subject: Prize report\r\nFrom: m@y.test\r\n\r\n--b\r\n\r\n{PRIZE}\r\n--b--\r\n".encode()
    deliver(alice, report + body, "")
    deliver(alice, letter("Stranger", PRIZE, number=5, sender="who@x.test"))
    assert {"Contact", "Let in", "Answer", "Myself", "Prize report"} <= where(alice)["inbox"]
    assert "Stranger" in where(alice)["junk"]


def test_judging_a_group_costs_as_much_as_judging_one(alice: Person, carol: Person) -> None:
    for person in (alice, carol):
        learn(person)

    def judged(number: int, first: int) -> int:
        peer = Peer("192.0.2.1", 1, "client.test")
        both = (alice.address, carol.address)
        mail = [letter(f"Prize {n}", PRIZE, number=first + n, sender="who@y.test") for n in range(number)]
        read = [inbound.read(Envelope(peer, "who@y.test", both, raw, NOW)) for raw in mail]
        directory = Directory()
        with CaptureQueriesContext(connection) as captured:
            inbound.receive(read, directory)
        return len(captured)

    judged(1, 10)
    assert judged(2, 20) == judged(30, 40)
    # Clues, senders, and why: beyond what a delivery costs without.
    spent = judged(2, 90)
    for person in (alice, carol):
        spam_learning.switch(person.account.pk, on=False)
    assert spent == judged(2, 100) + 3
