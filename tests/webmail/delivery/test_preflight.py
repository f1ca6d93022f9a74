"""What is said of recipients before a letter goes."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from tests.names import SERVFAIL, SILENCE, Names
from tests.people import Person
from webmail.delivery import preflight
from webmail.models import DeliveryAttempt, OutboundRecipient

from .conftest import Send

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """A name server, and little patience with it."""
    monkeypatch.setattr(preflight, "SECONDS", 0.6)
    records: dict[str, dict[str, list[str]] | str] = {
        "good.test": {"MX": ["10 mx.good.test."]},
        "null.test": {"MX": ["0 ."]},
        "empty.test": {"TXT": ["hello"]},
        "broken.test": SERVFAIL,
        "slow.test": SILENCE,
        "gmial.com": {"MX": ["10 mx.good.test."]},
    }
    cache.clear()
    with Names(records) as running:
        settings.DNS_RESOLVER = running.server
        yield running


def told(person: Person, *addresses: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in preflight.remarks(person.account, addresses):
        found.setdefault(one.address, []).append(one.kind)
    return found


def test_what_the_dns_tells(alice: Person, carol: Person, names: Names, settings: Settings) -> None:
    settings.MAIL_ROUTES = "routed.test=127.0.0.1:25"
    local = ["good", "null", "empty", "broken", "slow", "gone", "routed"]
    asked = [f"bob@{name}.test" for name in local]
    asked += ["bob@gmial.com", "carol@crepes.test", "carrol@crepes.test"]
    expected = {
        "bob@null.test": ["silent"],
        "bob@empty.test": ["gone"],
        "bob@gone.test": ["gone"],
        "bob@gmial.com": ["typo"],
        "carrol@crepes.test": ["unknown"],
    }
    assert told(alice, *asked) == expected
    before = {name for name, _ in names.questions} - {"broken.test", "slow.test"}
    names.questions.clear()
    assert told(alice, *asked) == expected
    assert not before & {name for name, _ in names.questions}


def test_what_former_messages_taught(
    alice: Person, bob: Person, names: Names, send: Send, django_assert_max_num_queries
) -> None:
    send("bob@good.test", "eve@good.test")
    states = {"bob@good.test": "failed", "eve@good.test": "delivered"}
    for row in OutboundRecipient.objects.all():
        lines = [[0.1, "S", "250-SIZE 52428800"], [0.2, "C", "SIZE 1234567"], [0.3, "S", "250-SIZE 10485760"]]
        DeliveryAttempt.objects.create(
            recipient=row,
            started_at=timezone.now(),
            finished_at=timezone.now(),
            text="No such user",
            transcript=lines,
        )
        OutboundRecipient.objects.filter(pk=row.pk).update(state=states[row.address], attempt_count=1)
    preflight.remarks(alice.account, ["bob@good.test"])
    with django_assert_max_num_queries(5):
        found = preflight.remarks(alice.account, ["bob@good.test", "eve@good.test"])
    assert [(one.address, one.kind, one.limit) for one in found] == [
        ("bob@good.test", "refused", 0),
        ("bob@good.test", "limit", 10485760),
        ("eve@good.test", "limit", 10485760),
    ]
    assert found[0].text == "No such user"
    assert told(bob, "bob@good.test") == {}
