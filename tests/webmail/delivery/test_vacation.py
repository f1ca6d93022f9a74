"""The answer of somebody who is away: who gets it, how it reads, and who never does (RFC 3834)."""

from datetime import UTC, date, timedelta

import pytest
from django.utils import timezone

from mailserver.message import header
from mailserver.smtp.envelope import Envelope, Peer
from tests.contacts import know
from tests.mail import letter
from tests.people import Person
from webmail.delivery import inbound
from webmail.delivery.directory import Directory
from webmail.models import Message, OutboundRecipient, VacationAnswer, Verdict
from webmail.store import blobs, senders, vacations
from webmail.store.vacations import Written

PEER = Peer("192.0.2.1", 1, "client.test")
TODAY = timezone.now().date()
DAY = timedelta(days=1)


def away(person: Person, first: date = TODAY - DAY, last: date | None = None, **fields: object) -> None:
    written = {"subject": "", "text": "Back on Monday.", "contacts_only": False} | fields
    vacations.begin(person.account.pk, Written(first_day=first, last_day=last, **written), UTC)  # type: ignore[arg-type]


def deliver(person: Person, *raws: bytes, return_path: str = "bob@hamburger.test") -> list[str]:
    """Deliver at once; whom is answered."""
    before = set(OutboundRecipient.objects.values_list("pk", flat=True))
    batch = [
        inbound.read(Envelope(PEER, return_path, (person.address,), raw, timezone.now())) for raw in raws
    ]
    assert {reply.code for reply in inbound.receive(batch, Directory())} == {250}
    return list(OutboundRecipient.objects.exclude(pk__in=before).values_list("address", flat=True))


def test_an_answer_once_a_week(alice: Person) -> None:
    away(alice)
    assert deliver(alice, letter("Lunch?", number=7), letter("Lunch??", number=8)) == ["bob@hamburger.test"]
    outbound = OutboundRecipient.objects.get().message
    head, _, body = blobs.read(outbound.blob_id).partition(b"\r\n\r\n")
    fields = {name: header.text_of(value) for name, value in header.fields(head + b"\r\n")}
    assert outbound.mail_from == ""
    assert fields["auto-submitted"] == "auto-replied"
    assert fields["in-reply-to"] == fields["references"] == "<7@hamburger.test>"
    assert (fields["from"], fields["to"]) == ("Alice Martin <alice@crepes.test>", "bob@hamburger.test")
    assert (fields["subject"], body) == ("Auto: Lunch?", b"Back on Monday.\r\n")
    told = [vacations.was_answered(alice.account.pk, each.pk) for each in Message.objects.order_by("pk")]
    assert told == [True, False]
    assert deliver(alice, letter(number=9)) == []
    VacationAnswer.objects.update(answered_at=timezone.now() - timedelta(days=7, minutes=1))
    assert deliver(alice, letter(number=10)) == ["bob@hamburger.test"]
    away(alice, subject="Away", text="Still")
    assert deliver(alice, letter(number=11)) == ["bob@hamburger.test"]


@pytest.mark.parametrize(
    ("fields", "return_path"),
    [
        (b"", ""),
        (b"", "mailer-daemon@x.test"),
        (b"", "news-request@x.test"),
        (b"", "owner-news@x.test"),
        (b"", "No-Reply@x.test"),
        (b"Auto-Submitted: auto-generated\r\n", "bob@x.test"),
        (b"Auto-Submitted: auto-replied (vacation)\r\n", "bob@x.test"),
        (b"List-Id: <a.b>\r\n", "bob@x.test"),
        (b"List-Unsubscribe: <mailto:a@b.test>\r\n", "bob@x.test"),
        (b"Precedence: bulk\r\n", "bob@x.test"),
        (b"X-Auto-Response-Suppress: DR, OOF\r\n", "bob@x.test"),
        (b"", "alice@crepes.test"),
        (b"", "spam@blocked.test"),
    ],
)
def test_who_is_never_answered(alice: Person, fields: bytes, return_path: str) -> None:
    away(alice)
    senders.choose(alice.account, "@blocked.test", Verdict.BLOCKED)
    raw = fields + letter(sender=return_path or "x@y.test")
    assert deliver(alice, raw, return_path=return_path) == []
    assert VacationAnswer.objects.count() == 0


def test_only_mail_that_names_me(alice: Person) -> None:
    away(alice)
    alice.account.aliases.create(domain=alice.account.domain, address="shop@crepes.test")
    assert deliver(alice, letter(number=1, to="everybody@crepes.test")) == []
    assert deliver(alice, letter(number=2, to="Shop+news@crepes.test")) == ["bob@hamburger.test"]
    no = b"Auto-Submitted: no\r\n" + letter(number=3)
    assert deliver(alice, no, return_path="carl@x.test") == ["carl@x.test"]


def test_days_and_contacts(alice: Person) -> None:
    for first, last in ((TODAY + DAY, None), (TODAY - 3 * DAY, TODAY - DAY)):
        away(alice, first, last)
        assert deliver(alice, letter()) == []
    away(alice, TODAY, TODAY, contacts_only=True)
    assert deliver(alice, letter()) == []
    know(alice.account.pk, "", "bob@hamburger.test")
    assert deliver(alice, letter()) == ["bob@hamburger.test"]
    away(alice)
    vacations.end(alice.account.pk)
    assert deliver(alice, letter()) == []
