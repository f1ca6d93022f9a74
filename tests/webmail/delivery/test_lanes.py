"""Fair shares of a worker: no destination takes all of its threads, and silence takes half at most."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from mailserver.smtp.patience import Timeouts
from tests.peer import Drop, Peer
from webmail.delivery import attempt, claims, destination, lanes, turn
from webmail.delivery.lanes import Lanes
from webmail.models import DeliveryAttempt, OutboundRecipient

from .conftest import Send


def entered(stack: ExitStack, of: Lanes, domain: str, *, silent: bool = False) -> bool:
    return stack.enter_context(of.lane(domain, silent=silent)) is not None


def test_one_destination_has_a_third_of_the_threads() -> None:
    of = Lanes(16)
    of.prove("busy.test")
    with ExitStack() as stack:
        assert [entered(stack, of, "busy.test") for _ in range(6)] == [True] * 5 + [False]
        assert entered(stack, of, "other.test")
    with ExitStack() as stack:
        assert entered(stack, of, "busy.test")


def test_one_that_never_answered_is_tried_over_one_connection() -> None:
    of = Lanes(16)
    with ExitStack() as stack:
        assert [entered(stack, of, "new.test") for _ in range(2)] == [True, False]
        assert of.prove("new.test")
        assert not of.prove("new.test")
        assert entered(stack, of, "new.test")


def test_silent_destinations_have_half_of_the_threads_and_one_connection_each() -> None:
    of = Lanes(4)
    with ExitStack() as stack:
        assert entered(stack, of, "a.test", silent=True)
        assert not entered(stack, of, "a.test", silent=True)
        assert entered(stack, of, "b.test", silent=True)
        assert not entered(stack, of, "c.test", silent=True)
        assert entered(stack, of, "good.test")


def test_slow_destinations_have_half_of_the_threads_and_one_delivery_each() -> None:
    of = Lanes(4)
    for domain in ("a.test", "b.test", "c.test"):
        of.prove(domain)
    with ExitStack() as stack:
        lanes_of = [stack.enter_context(of.lane(f"{name}.test", silent=False)) for name in "abc"]
        assert [lane and of.slow_down(lane) for lane in lanes_of] == [True, True, False]
        assert not entered(stack, of, "a.test")
    with ExitStack() as stack:
        assert [entered(stack, of, f"{name}.test") for name in "abc"] == [True, True, False]
        assert entered(stack, of, "fast.test")


def test_connections_besides_are_counted() -> None:
    of = Lanes(1)
    assert [of.besides(5), of.besides(5)] == [5, 3]
    of.let_go(8)
    assert of.besides(9) == 8


def test_a_first_try_is_hasty_but_never_after_the_dot() -> None:
    hasty = Timeouts().hasty()
    assert (hasty.connect, hasty.command, hasty.opening) == (10, 30, 60)
    assert hasty.final == Timeouts().final
    assert Timeouts(command=2).hasty().command == 2


@pytest.mark.django_db
def test_a_destination_that_gave_no_answer_is_silent_until_it_does(
    send: Send, settings: Settings, routed: Peer
) -> None:
    routed.answers = {"banner": Drop()}
    send("bob@hamburger.test")
    assert destination.standing("hamburger.test") is None
    attempt.deliver("hamburger.test")
    standing = destination.standing("hamburger.test")
    assert standing and standing.is_silent
    routed.answers = {"RCPT": "450 4.7.1 greylisted"}
    destination.try_again(["hamburger.test"])
    OutboundRecipient.objects.update(next_attempt_at=timezone.now())
    attempt.deliver("hamburger.test")
    assert destination.standing("hamburger.test") is None


@pytest.mark.django_db
@pytest.mark.parametrize(("letters", "others"), [(5, 0), (6, 1), (11, 2), (30, 4)])
def test_others_are_called_in_where_there_are_two_claims_for_each(
    letters: int, others: int, send: Send, routed: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "of_process", Lanes(16))
    monkeypatch.setattr(claims, "CLAIM_ROWS", 2)
    called: list[str] = []
    monkeypatch.setattr("webmail.delivery.way.kick.kick", called.extend)
    for _ in range(letters):
        send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    assert called == ["hamburger.test"] * others
    assert len(routed.messages) == letters


@pytest.mark.django_db
def test_without_a_place_nothing_is_claimed(
    send: Send, routed: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = Lanes(1)
    monkeypatch.setattr(lanes, "of_process", of)
    send("bob@hamburger.test")
    with of.lane("hamburger.test", silent=False):
        attempt.deliver("hamburger.test")
    assert routed.connection_count == 0
    attempt.deliver("hamburger.test")
    assert len(routed.messages) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("domain", ["hamburger.test", "crepes.test"])
def test_what_a_turn_was_too_short_for_is_as_if_nobody_had_claimed_it(
    domain: str, send: Send, routed: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(f"alice@{domain}", f"zoe@{domain}")
    monkeypatch.setattr(turn, "SECONDS", 0.0)
    before = timezone.now()
    attempt.deliver(domain)
    for row in OutboundRecipient.objects.all():
        assert (row.state, row.attempt_count, row.leased_until) == ("waiting", 0, None)
        assert row.next_attempt_at and row.next_attempt_at - before < timedelta(minutes=1)
    assert not DeliveryAttempt.objects.exists()
    monkeypatch.undo()
    attempt.deliver(domain)
    assert not OutboundRecipient.objects.filter(state="waiting").exists()
