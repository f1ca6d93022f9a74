"""Rules at delivery: what they decide, by SMTP's door, what they cost, and that they agree with search."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailserver.query import parse
from mailserver.smtp.envelope import Envelope, Peer
from tests.logs import LogWatch
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import inbound
from webmail.delivery.arrival import LocalDelivery, read_content
from webmail.delivery.directory import Directory
from webmail.delivery.filing import INBOX, Filing
from webmail.delivery.rules import Outcome, decide
from webmail.models import MailboxMessage, Message, OutboundRecipient, Rule, RuleHit, Verdict
from webmail.store import forwarding, index_terms, mailboxes, queries, rules, senders
from webmail.store.queries import RuleRow
from webmail.store.rules import Written
from webmail.store.search_match import Matcher, compiled

NOW = datetime(2026, 11, 22, 21, 19, 38, tzinfo=UTC)
PEER = Peer("192.0.2.1", 1, "client.test")
JUNK, TRASH, SCREENER = Filing(("junk",)), Filing(("trash",)), Filing(("screener",))


def rule(query: str = "yes", key: int = 1, **acts: object) -> RuleRow:
    return RuleRow(key, "", query, **acts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "before", "after", "flags"),
    [
        ([rule("no", trashes=True)], INBOX, INBOX, set()),
        ([rule(mailbox_id=7)], INBOX, Filing(("inbox",), (7,)), set()),
        ([rule(mailbox_id=7), rule(mailbox_id=8)], INBOX, Filing(("inbox",), (7, 8)), set()),
        ([rule(mailbox_id=7, archives=True)], INBOX, Filing((), (7,)), set()),
        ([rule(archives=True)], INBOX, Filing(("archive",)), set()),
        ([rule(archives=True)], Filing((), (9,)), Filing((), (9,)), set()),
        ([rule(stars=True), rule(marks_read=True)], INBOX, INBOX, {"\\Flagged", "\\Seen"}),
        ([rule(stars=True, stops=True), rule(trashes=True)], INBOX, INBOX, {"\\Flagged"}),
        ([rule("no", stops=True), rule(trashes=True)], INBOX, TRASH, set()),
        ([rule(mailbox_id=7), rule(trashes=True)], INBOX, TRASH, set()),
        ([rule(mailbox_id=7)], JUNK, JUNK, set()),
        ([rule(mailbox_id=7, never_spam=True)], JUNK, Filing(("inbox",), (7,)), set()),
        ([rule(never_spam=True)], TRASH, TRASH, set()),
        ([rule(stars=True)], SCREENER, SCREENER, {"\\Flagged"}),
        ([rule(mailbox_id=7)], SCREENER, Filing(("inbox",), (7,)), set()),
        ([rule(archives=True)], SCREENER, Filing(("archive",)), set()),
    ],
)
def test_decisions(rules: list[RuleRow], before: Filing, after: Filing, flags: set[str]) -> None:
    outcome = decide(rules, lambda query: query == "yes", before)
    assert (outcome.filing, outcome.flags) == (after, flags)


def test_handed_on_once_and_nothing_of_spam() -> None:
    rules = [rule(forward_to="a@x.test"), rule(forward_to="a@x.test"), rule(forward_to="b@x.test")]
    assert decide(rules, lambda _: True, INBOX).forwards == ("a@x.test", "b@x.test")
    assert decide(rules, lambda _: True, JUNK) == Outcome(JUNK)


def deliver(person: Person, raw: bytes, return_path: str = "bob@hamburger.test") -> None:
    envelope = Envelope(PEER, return_path, (person.address,), raw, NOW)
    [reply] = inbound.receive([inbound.read(envelope)], Directory())
    assert reply.code == 250


def where(person: Person) -> dict[str, set[str]]:
    """Subjects by the role or path of the mailbox they stand in."""
    rows = queries.mailbox_list(person.account.pk)
    pages = {row.role or row.path: queries.mailbox_page(person.account.pk, row.id).rows for row in rows}
    return {name: {row.subject for row in page} for name, page in pages.items() if page}


def test_by_smtps_door(alice: Person, carol: Person) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Shop")
    account = alice.account.pk
    first = rules.create(
        account, Written(query="from:shop.test", mailbox_id=label, archives=True, name="Shop")
    )
    rules.create(account, Written(query="subject:offer", trashes=True))
    rules.create(account, Written(query="lunch", stars=True, marks_read=True))
    rules.create(account, Written(query="no", enabled=False, trashes=True))
    senders.choose(alice.account, "ads@spam.test", Verdict.BLOCKED)
    for number, (subject, sender) in enumerate(
        [
            ("Order", "news@shop.test"),
            ("Offer", "ads@x.test"),
            ("Lunch", "bob@hamburger.test"),
            ("Offer of spam", "ads@spam.test"),
            ("No rule", "bob@hamburger.test"),
        ]
    ):
        deliver(alice, letter(subject, number=number, sender=sender))
    deliver(carol, letter("Offer", number=9))
    assert where(alice) == {
        "Shop": {"Order"},
        "trash": {"Offer"},
        "inbox": {"Lunch", "No rule"},
        "junk": {"Offer of spam"},
    }
    assert where(carol) == {"inbox": {"Offer"}}
    lunch = MailboxMessage.objects.get(message__subject="Lunch")
    assert (lunch.flagged, lunch.seen) == (True, True)
    assert list(Rule.objects.order_by("position").values_list("hits", flat=True)) == [1, 1, 1, 0]
    hit = RuleHit.objects.get(rule_id=first)
    assert (hit.message.subject, hit.name) == ("Order", "Shop")


def test_a_rule_that_raises_loses_no_mail(
    alice: Person, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    log_watch.expect("A rule could not be tried")
    rules.create(alice.account.pk, Written(query="hello", trashes=True))

    def broken(_self: Matcher, _query: str) -> bool:
        raise RecursionError("a bug")

    monkeypatch.setattr(Matcher, "fits", broken)
    deliver(alice, letter())
    assert where(alice) == {"inbox": {"Hello"}}


def statements(person: Person, number: int, copies: int = 1) -> int:
    batch = [
        inbound.read(
            Envelope(PEER, "bob@hamburger.test", (person.address,), letter(f"No. {key}", number=key), NOW)
        )
        for key in range(number, number + copies)
    ]
    directory = Directory()
    with CaptureQueriesContext(connection) as captured:
        inbound.receive(batch, directory)
    return len(captured)


def test_fifty_rules_cost_a_fixed_number_of_statements(alice: Person) -> None:
    statements(alice, 1)
    before = statements(alice, 2)
    for number in range(50):
        rules.create(alice.account.pk, Written(query=f"from:s{number}@x.test OR other{number}", stars=True))
    assert statements(alice, 3) == before + 1
    for _ in range(25):
        rules.create(alice.account.pk, Written(query="subject:no", marks_read=True))
    # The rules; hits and counters; a savepoint, and its release.
    several = statements(alice, 10, copies=4)
    assert several == statements(alice, 20, copies=8)
    assert several <= before + 5
    Rule.objects.all().delete()


LIBRARY = (
    letter("Pancakes", "Flour and milk, eggs_and_butter", number=1),
    letter("Crêpes", "Farine, œufs: À LA CARTE", number=2, sender="Chloé <chloe@crepes.test>"),
    letter("可丽饼", "今天下午三点在会议室讨论项目进度", number=3, to="Team <team+x@crepes.test>"),
    letter("分开", "今天很好。下午也很好。项目没有,进度也没有", number=4),
    b"List-Id: Cooks <cooks.lists.test>\r\nCc: Ann <ann@x.test>\r\n"
    + letter("Re: milk flour", "x" * 3000, number=5),
    b"Content-Type: application/pdf; name=bill.pdf\r\nContent-Disposition: attachment\r\n\r\nx\r\n",
)
QUERIES = (
    "flour",
    "flour milk",
    '"flour and"',
    '"milk flour"',
    "eggs_and_butter",
    "pan*",
    "from:chloe",
    "from:chloe@crepes.test",
    "from:crepes.test",
    "to:alice",
    "to:ann@x.test",
    "cc:ann",
    "subject:(milk OR 分开)",
    "项目进度",
    "会议室",
    "carte -milk",
    "{carte 今天}",
    "list:cooks.lists.test",
    "filename:bill",
    "has:attachment",
    "larger:2K",
    "smaller:2K -has:attachment",
    "deliveredto:alice@crepes.test",
    "rfc822msgid:2@hamburger.test",
    "NOT (flour OR 今天)",
)


def test_a_rule_fits_what_search_finds(alice: Person) -> None:
    account = alice.account.pk
    copies = [
        LocalDelivery(
            account_id=account,
            recipient=alice.address,
            return_path="",
            content=read_content(raw),
            received_at=NOW,
            trace=b"Received: by x id 1\r\n\tfor <alice@crepes.test>; now\r\n",
        )
        for raw in LIBRARY
    ]
    ids = [arrive(account, copy.content.raw, prefix=copy.prefix).message_id for copy in copies]
    ground = queries.ground_of(account, queries.mailbox_list(account))
    for query in QUERIES:
        found = {row.id for row in queries.search_page(ground, parse(query), unit="message").page.rows}
        fitting = {key for key, copy in zip(ids, copies, strict=True) if matcher(copy).fits(query)}
        assert fitting == found, query
        assert found, f"{query} finds nothing"
        assert len(found) < len(LIBRARY) or "deliveredto" in query, f"{query} finds all"


def matcher(copy: LocalDelivery) -> Matcher:
    own = index_terms.of_copy(0, copy.received_at, copy.prefix)
    raw = copy.content.raw
    return Matcher(copy.content.digest, copy.content.packed.terms, own, len(copy.prefix) + len(raw))


@pytest.mark.parametrize(
    "query", ["in:inbox x", "is:unread", "older_than:3d", "before:2026", "status:failed", "...", ""]
)
def test_what_cannot_be_told_on_arrival_fits_nothing(query: str) -> None:
    assert compiled(query) is None


def test_handed_on_to_who_agreed_and_a_loop_ends(alice: Person, kicked: list[str]) -> None:
    account, own = alice.account, queries.own_addresses(alice.account)
    asked = forwarding.ask(account.pk, "a@else.test", own)
    unasked = forwarding.ask(account.pk, "b@else.test", own)
    with pytest.raises(forwarding.ForwardError, match="own"):
        forwarding.ask(account.pk, "alice@crepes.test", own)
    forwarding.verify(asked.pk, "a@else.test")
    rules.create(account.pk, Written(query="invoice", forward_id=asked.pk))
    rules.create(account.pk, Written(query="invoice", forward_id=unasked.pk, stars=True))
    deliver(alice, letter("Invoice", number=1))
    [row] = OutboundRecipient.objects.select_related("message")
    assert (row.address, row.message.mail_from) == ("a@else.test", "alice@crepes.test")
    assert bytes(row.message.prefix).startswith(
        b"Delivered-To: alice@crepes.test\r\nReceived: from client.test"
    )
    deliver(alice, b"Delivered-To: Alice@crepes.test\r\n" + letter("Invoice again", number=2))
    assert OutboundRecipient.objects.count() == 1
    handed = {new.subject: forwarding.handed_on(account.pk, new.pk) for new in Message.objects.all()}
    assert handed == {"Invoice": ["a@else.test"], "Invoice again": []}
    forwarding.take_all(account.pk, asked.pk, keeps_copy=False)
    deliver(alice, letter("All", number=3), "")
    assert OutboundRecipient.objects.order_by("-pk")[0].message.mail_from == ""
    deliver(alice, b"Delivered-To: alice@crepes.test\r\n" + letter("All again", number=4))
    assert OutboundRecipient.objects.count() == 2
    found = where(alice)
    assert (found["inbox"], found["trash"]) == ({"Invoice", "Invoice again", "All again"}, {"All"})
    forwarding.forget(account.pk, asked.pk)
    deliver(alice, letter("Invoice", number=5))
    assert OutboundRecipient.objects.count() == 2
