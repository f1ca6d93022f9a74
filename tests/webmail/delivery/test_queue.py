"""Claims, leases, tokens: who has what, and who may write."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from mailserver.smtp.reply import Reply
from tests.people import Person
from webmail.delivery import claims, kick, lease, outcome, queue, sweep
from webmail.delivery.ledger import Ledger
from webmail.delivery.owed import Claim, Result, Settled
from webmail.models import DeliveryAttempt, OutboundRecipient, RecipientState

from ...logs import LogWatch
from .conftest import Send

pytestmark = pytest.mark.django_db
STORED = Reply(250, "2.0.0", "stored")


@pytest.fixture(autouse=True)
def forgetful() -> None:
    sweep._memory.__init__()  # type: ignore[misc]


def claim(domain: str = "hamburger.test", seconds: float = 0) -> Claim:
    found = claims.claim_due(domain, timezone.now() + timedelta(seconds=seconds))
    assert found
    return found


def settle(found: Claim, reply: Reply = STORED) -> list[Result]:
    [(parcel, owed)] = found.by_parcel()
    return outcome.settle([Settled(parcel, [Result(item, reply) for item in owed])])


def row() -> OutboundRecipient:
    return OutboundRecipient.objects.get()


def test_a_claim_takes_a_row_once(send: Send) -> None:
    send("bob@hamburger.test")
    found = claim()
    assert [item.address for item in found.owed] == ["bob@hamburger.test"]
    assert claims.claim_due("hamburger.test", timezone.now()) is None


def test_the_attempt_and_the_next_time_are_written_before_anybody_dials(send: Send) -> None:
    send("bob@hamburger.test")
    now = timezone.now()
    claim()
    assert DeliveryAttempt.objects.get().finished_at is None
    assert row().attempt_count == 1
    next_attempt_at = row().next_attempt_at
    assert next_attempt_at and next_attempt_at > now


def test_a_lost_workers_letter_goes_again_when_the_lease_ends(send: Send, settings: Settings) -> None:
    send("bob@hamburger.test")
    claim()
    later = timezone.now() + timedelta(seconds=settings.DELIVERY_LEASE + 1)
    assert claims.due(timezone.now()) == ({}, False)
    assert claims.due(later) == ({}, True)
    claims.release_expired(later)
    assert row().state == RecipientState.WAITING
    assert "worker was lost" in DeliveryAttempt.objects.get().text
    again = claims.claim_due("hamburger.test", later)
    assert again
    assert [result.reply for result in settle(again)] == [STORED]
    assert row().state == RecipientState.DELIVERED


def test_what_kills_every_worker_waits_longer_each_time(send: Send) -> None:
    send("bob@hamburger.test")
    now = timezone.now()
    for _ in range(4):
        OutboundRecipient.objects.update(next_attempt_at=now)
        assert claims.claim_due("hamburger.test", now)
        now += timedelta(minutes=5)
        claims.release_expired(now)
    next_attempt_at = row().next_attempt_at
    assert next_attempt_at and next_attempt_at > now + timedelta(minutes=3)


def test_a_worker_that_wakes_after_its_lease_is_refused(send: Send, log_watch: LogWatch) -> None:
    log_watch.expect("lease ran out")
    send("bob@hamburger.test")
    paused = claim()
    later = timezone.now() + timedelta(minutes=5)
    claims.release_expired(later)
    assert settle(paused) == []
    assert row().state == RecipientState.WAITING
    other = claims.claim_due("hamburger.test", later)
    assert other
    assert other.owed[0].token != paused.owed[0].token
    assert settle(paused, Reply(550, "5.1.1", "unknown")) == []
    assert row().state == RecipientState.SENDING
    assert len(settle(other)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_worker_keeps_its_lease(send: Send, settings: Settings) -> None:
    settings.DELIVERY_LEASE = 1
    send("bob@hamburger.test")
    found = claim()
    before = row().leased_until
    with lease.kept(found.owed, Ledger()):
        deadline = timezone.now() + timedelta(seconds=5)
        while row().leased_until == before and timezone.now() < deadline:
            pass
    after = row().leased_until
    assert before and after and after > before


def test_different_destinations_go_at_once_and_one_at_most_so_often(
    send: Send, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DESTINATION_CONNECTIONS = 5
    monkeypatch.setattr(claims, "CLAIM_ROWS", 1)
    for _ in range(7):
        send("bob@hamburger.test")
    send("dan@x.test")
    now = timezone.now()
    taken = [claims.claim_due("hamburger.test", now) for _ in range(7)]
    assert [bool(found) for found in taken] == [True] * 5 + [False] * 2
    assert claims.claim_due("x.test", now)


def test_what_changed_after_the_first_look_is_seen_under_the_lock(
    send: Send, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DESTINATION_CONNECTIONS = 1
    monkeypatch.setattr(claims, "CLAIM_ROWS", 1)
    send("bob@hamburger.test")
    send("dan@hamburger.test")
    claim()
    is_full = claims._is_full
    # The first look came just before the other claim was committed.
    looks = [is_full, lambda *_: False]

    def looked(domain: str, now: datetime) -> bool:
        return looks.pop()(domain, now)

    monkeypatch.setattr(claims, "_is_full", looked)
    assert claims.claim_due("hamburger.test", timezone.now()) is None


def test_who_comes_second_to_the_same_rows_takes_the_next(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "CLAIM_ROWS", 1)
    send("bob@hamburger.test")
    send("dan@hamburger.test")
    take = claims._claim

    def taken_away(domain: str, found: Sequence[tuple[int, int | None]], now: datetime) -> Claim | None:
        """Another worker was faster with what this one had found."""
        monkeypatch.setattr(claims, "_claim", take)
        assert take(domain, found, now)
        return take(domain, found, now)

    monkeypatch.setattr(claims, "_claim", taken_away)
    assert [item.address for item in claim().owed] == ["dan@hamburger.test"]


def test_an_idle_sweep_is_one_query(alice: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    sweep._memory.mended = 1e12
    with django_assert_num_queries(1):
        sweep.sweep()


def test_the_sweep_wakes_once_for_what_is_due(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(kick, "send", woken.append)
    send("bob@hamburger.test", "dan@x.test")
    sweep.sweep()
    sweep.sweep()
    assert sorted(woken) == ["hamburger.test", "x.test"]
    OutboundRecipient.objects.filter(domain="x.test").update(next_attempt_at=timezone.now())
    sweep.sweep()
    assert sorted(woken) == ["hamburger.test", "x.test", "x.test"]


def test_the_sweep_wakes_for_each_two_claims(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(kick, "send", woken.append)
    monkeypatch.setattr(claims, "CLAIM_ROWS", 2)
    send(*(f"person{number}@hamburger.test" for number in range(9)))
    send("dan@x.test")
    sweep.sweep()
    assert sorted(woken) == ["hamburger.test", "hamburger.test", "x.test"]


def test_a_broker_that_is_away_is_tried_again_by_the_next_sweep(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def away(domain: str) -> None:
        tries.append(domain)
        raise ConnectionRefusedError

    monkeypatch.setattr(kick, "send", away)
    send("bob@hamburger.test")
    sweep.sweep()
    sweep.sweep()
    assert tries == ["hamburger.test"] * 2


def test_a_clock_that_went_back_leaves_nothing_stuck(send: Send) -> None:
    send("bob@hamburger.test")
    held = send("dan@x.test", hold_seconds=3 * 86400)
    now = timezone.now()
    OutboundRecipient.objects.filter(domain="hamburger.test").update(next_attempt_at=now + timedelta(days=1))
    claims.mend_clock(now)
    assert list(claims.due(now)[0]) == ["hamburger.test"]
    claim(seconds=86400)
    claims.mend_clock(now)
    leased_until = OutboundRecipient.objects.get(domain="hamburger.test").leased_until
    assert leased_until and leased_until < now + timedelta(minutes=5)
    assert held.hold_until


def test_cancel_tells_the_truth(alice: Person, send: Send) -> None:
    outbound = send("bob@hamburger.test", "dan@x.test")
    claim()
    assert queue.cancel(alice.account.pk, outbound.pk) == [
        ("bob@hamburger.test", False),
        ("dan@x.test", True),
    ]
    assert claims.claim_due("x.test", timezone.now()) is None


def test_hold_and_release(alice: Person, send: Send) -> None:
    outbound = send("bob@hamburger.test", hold_seconds=10)
    assert queue.hold(alice.account.pk, outbound.pk) == 1
    assert claims.claim_due("hamburger.test", timezone.now() + timedelta(days=9)) is None
    assert queue.release(alice.account.pk, outbound.pk) == ["hamburger.test"]
    assert claim()


def test_retry_now_does_not_wait_for_the_next_time(alice: Person, send: Send) -> None:
    outbound = send("bob@hamburger.test")
    settle(claim(), Reply(450, "4.2.0", "later"))
    assert claims.claim_due("hamburger.test", timezone.now()) is None
    queue.retry_now(alice.account.pk, outbound.pk)
    assert claim()
