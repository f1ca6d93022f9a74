"""A destination that takes long gets more connections: each counted, and nothing goes twice."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from mailserver.smtp.reply import Reply
from tests.peer import Drop, Peer, Slow
from webmail.delivery import attempt, claims, destination, lanes, outcome, turn, way
from webmail.delivery.owed import Claim, Result, Settled
from webmail.models import DeliveryAttempt, OutboundRecipient

from ...logs import LogWatch
from .conftest import Send

# Outcomes that wait for long are written by a thread of their own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)
STORED = Reply(250, "2.0.0", "stored")


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch, settings: Settings, hurry: None) -> None:
    """Find every destination slow, and be patient: a crowded machine answers late."""
    settings.SMTP_CLIENT_TIMEOUTS = dict.fromkeys(settings.SMTP_CLIENT_TIMEOUTS, 60)
    monkeypatch.setattr(lanes, "of_process", lanes.Lanes(16))
    monkeypatch.setattr(turn, "SLOW_SECONDS", 0.0)


def letters(send: Send, count: int) -> None:
    for number in range(count):
        send("bob@hamburger.test", subject=f"Letter {number}")


def assert_all_went_once(peer: Peer, count: int) -> None:
    rows = OutboundRecipient.objects.values_list("state", "attempt_count", "leased_until")
    tries = DeliveryAttempt.objects.exclude(code=250).values_list("text", flat=True)
    assert set(rows) == {("delivered", 1, None)}, list(tries)
    assert len(peer.messages) == len({each.content for each in peer.messages}) == count
    assert DeliveryAttempt.objects.filter(code=250, finished_at__isnull=False).count() == count


@pytest.mark.parametrize("claim_rows", [100, 12])
def test_more_connections_help_as_many_as_may(
    claim_rows: int, routed: Peer, send: Send, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DESTINATION_CONNECTIONS = 4
    monkeypatch.setattr(claims, "CLAIM_ROWS", claim_rows)
    letters(send, 30)
    attempt.deliver("hamburger.test")
    assert_all_went_once(routed, 30)
    assert routed.connection_count == 4
    assert all(spoken[-1] == "QUIT" for spoken in routed.commands)
    transcripts = DeliveryAttempt.objects.values_list("transcript", flat=True)
    assert any(line[1:] == ["C", "QUIT"] for transcript in transcripts for line in transcript)
    assert lanes.of_process.besides(1000) == lanes.Lanes(16).besides(1000)


@pytest.mark.parametrize(("soon", "connections"), [(55.0, 5), (0.01, 20)])
def test_there_are_no_more_connections_than_what_waits_needs(
    soon: float, connections: int, routed: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way, "_GONE_SECONDS", soon)
    routed.answers = {"content": Slow(0.05, "250 2.0.0 stored")}
    letters(send, 80)
    attempt.deliver("hamburger.test")
    assert_all_went_once(routed, 80)
    assert routed.connection_count == connections


def test_what_nobody_has_claimed_yet_counts(
    routed: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way, "_GONE_SECONDS", 100.0)
    monkeypatch.setattr(claims, "CLAIM_ROWS", 12)
    monkeypatch.setattr(claims, "count_due", lambda _domain, _now: 1_000_000)
    letters(send, 40)
    attempt.deliver("hamburger.test")
    assert_all_went_once(routed, 40)
    assert routed.connection_count > 5


def test_a_host_that_wants_no_more_connections_gets_no_more(routed: Peer, send: Send) -> None:
    routed.connections = [{}, {"banner": "421 4.7.0 too many connections"}]
    letters(send, 30)
    attempt.deliver("hamburger.test")
    assert_all_went_once(routed, 30)
    assert routed.connection_count == 5
    assert destination.standing("hamburger.test") is None


def test_when_all_connections_are_lost_the_rest_is_put_off_by_one_probe(routed: Peer, send: Send) -> None:
    routed.connections = [{"content": ["250 2.0.0 stored"] * 2 + [Drop()]}, {"banner": Drop()}]
    letters(send, 12)
    attempt.deliver("hamburger.test")
    states = list(OutboundRecipient.objects.values_list("state", flat=True))
    assert (states.count("delivered"), states.count("waiting")) == (2, 10), states
    assert set(OutboundRecipient.objects.values_list("attempt_count", flat=True)) == {1}
    assert destination.standing("hamburger.test") is not None
    # One more of the crew's own, when it had lost its first, and the probe.
    assert routed.connection_count == 1 + 4 + 2


def test_what_a_crew_has_begun_when_its_turn_is_over_is_finished_and_the_rest_given_back(
    routed: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed.answers = {"content": Slow(0.2, "250 2.0.0 stored")}
    letters(send, 40)
    monkeypatch.setattr(turn, "SECONDS", 0.9)
    attempt.deliver("hamburger.test")
    states = list(OutboundRecipient.objects.values_list("state", "attempt_count"))
    assert states.count(("delivered", 1)) == len(routed.messages)
    assert states.count(("waiting", 0)) == 40 - len(routed.messages) > 0


def test_a_slow_destination_without_a_place_gives_its_mail_back(routed: Peer, send: Send) -> None:
    lanes.of_process = lanes.Lanes(2)
    letters(send, 12)
    with lanes.of_process.lane("silent.test", silent=True):
        attempt.deliver("hamburger.test")
    states = list(OutboundRecipient.objects.values_list("state", "attempt_count"))
    assert (states.count(("delivered", 1)), states.count(("waiting", 0))) == (2, 10)
    attempt.deliver("hamburger.test")
    assert_all_went_once(routed, 12)


def test_what_is_divided_counts_for_each_connection_and_old_tokens_are_refused(
    send: Send, settings: Settings, log_watch: LogWatch
) -> None:
    log_watch.expect("lease ran out")
    settings.DESTINATION_CONNECTIONS = 3
    letters(send, 7)
    claim = claims.claim_due("hamburger.test", timezone.now())
    assert claim
    divided = claims.divide("hamburger.test", claim.owed, 9, timezone.now())
    assert len({item.token for item in divided.values()}) == 3
    send("bob@hamburger.test")
    assert claims.claim_due("hamburger.test", timezone.now()) is None
    assert len(outcome.settle(settled(claim))) == 3
    assert len(outcome.settle(settled(Claim("hamburger.test", tuple(divided.values()))))) == 4


def settled(claim: Claim) -> list[Settled]:
    return [Settled(parcel, [Result(item, STORED) for item in owed]) for parcel, owed in claim.by_parcel()]
