"""Outcomes are written by groups: soon, each message's own, and never lost to another's trouble."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from mailserver.smtp.reply import Reply
from tests.peer import Peer, Slow
from webmail.delivery import attempt, bounce, claims, outcome
from webmail.delivery.ledger import GROUP_MESSAGES, Ledger
from webmail.delivery.owed import Claim, Parcel, Result, Settled
from webmail.models import DeliveryAttempt, OutboundRecipient

from ...logs import LogWatch
from .conftest import Send

pytestmark = pytest.mark.django_db
STORED = Reply(250, "2.0.0", "stored")
REFUSED = Reply(550, "5.7.1", "no")


def states() -> list[str]:
    return list(OutboundRecipient.objects.order_by("pk").values_list("state", flat=True))


def claimed(send: Send, count: int) -> tuple[Claim, Ledger]:
    for _ in range(count):
        send("bob@hamburger.test")
    claim = claims.claim_due("hamburger.test", timezone.now())
    assert claim
    return claim, Ledger()


def settled(claim: Claim, reply: Reply = STORED) -> list[Settled]:
    return [Settled(parcel, [Result(item, reply) for item in owed]) for parcel, owed in claim.by_parcel()]


def test_a_group_is_one_commit(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    settle = outcome.settle

    def counted(group: Sequence[Settled]) -> list[Result]:
        sizes.append(len(group))
        return settle(group)

    monkeypatch.setattr(outcome, "settle", counted)
    claim, ledger = claimed(send, GROUP_MESSAGES + 2)
    for each in settled(claim):
        ledger.note(each)
    assert states() == ["delivered"] * GROUP_MESSAGES + ["sending"] * 2
    ledger.write()
    assert states() == ["delivered"] * (GROUP_MESSAGES + 2)
    assert sizes == [GROUP_MESSAGES, 2]
    assert not DeliveryAttempt.objects.exclude(code=250).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_known_is_written_while_the_peer_thinks_about_the_next(routed: Peer, send: Send) -> None:
    routed.answers = {"content": ["250 2.0.0 stored", Slow(60, "250 2.0.0 stored")]}
    send("bob@hamburger.test")
    send("dan@hamburger.test")

    def run() -> None:
        try:
            attempt.deliver("hamburger.test")
        finally:
            connections.close_all()

    delivery = threading.Thread(target=run)
    delivery.start()
    try:
        deadline = time.monotonic() + 30
        while states()[0] != "delivered" and delivery.is_alive():
            assert time.monotonic() < deadline
        assert states() == ["delivered", "sending"]
    finally:
        delivery.join()


def test_an_outcome_that_cannot_be_recorded_keeps_no_other(
    send: Send, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    log_watch.expect("is parked: its outcome can't be recorded")
    claim, ledger = claimed(send, 3)
    spoilt = claim.by_parcel()[1][0].id
    tell = bounce.tell_sender

    def broken(parcel: Parcel, *others: object) -> None:
        if parcel.id == spoilt:
            raise ValueError("this message always raises")
        tell(parcel, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(bounce, "tell_sender", broken)
    for each in settled(claim, REFUSED):
        ledger.note(each)
    ledger.write()
    assert states() == ["failed", "parked", "failed"]


def test_nor_does_one_whose_account_is_gone(send: Send, log_watch: LogWatch) -> None:
    log_watch.expect("is parked: its outcome can't be recorded")
    log_watch.expect("can't be parked: it goes again, if it is there")
    claim, ledger = claimed(send, 3)
    results = settled(claim)
    results[1] = replace(results[1], parcel=replace(results[1].parcel, account_id=10**9))
    for each in results:
        ledger.note(each)
    ledger.write()
    assert states() == ["delivered", "sending", "delivered"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_starts_again_loses_no_outcome(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, ledger = claimed(send, 2)
    settle, away = outcome.settle, [True, True]

    def restarting(group: Sequence[Settled]) -> list[Result]:
        if away:
            away.pop()
            raise OperationalError("the database system is starting up")
        return settle(group)

    monkeypatch.setattr(outcome, "settle", restarting)
    monkeypatch.setattr("webmail.delivery.ledger._PAUSES", (0.0, 0.0, 0.0))
    for each in settled(claim):
        ledger.note(each)
    ledger.write()
    assert states() == ["delivered"] * 2
