"""A message that always raises: tried a few times, then set aside, and the others go on."""

import pytest
from django.utils import timezone

from tests.peer import Peer
from tests.people import Person
from webmail.delivery import attempt, fate, queue, trace
from webmail.models import Blob, BlobChunk, DeliveryAttempt, OutboundMessage, OutboundRecipient

from ...logs import LogWatch
from .conftest import Send

pytestmark = pytest.mark.django_db


def spoil(message: OutboundMessage) -> list[tuple[int, bytes]]:
    chunks = BlobChunk.objects.filter(blob_id=message.blob_id)
    before = [(chunk.codec, bytes(chunk.data)) for chunk in chunks]
    chunks.update(data=b"no zlib", codec=1)
    return before


def deliver_again(domain: str) -> None:
    OutboundRecipient.objects.filter(state="waiting").update(next_attempt_at=timezone.now())
    attempt.deliver(domain)


def row(address: str) -> OutboundRecipient:
    return OutboundRecipient.objects.get(address=address)


@pytest.mark.parametrize("domain", ["hamburger.test", "crepes.test"])
def test_it_is_parked_after_some_tries_and_told_once(
    domain: str, routed: Peer, carol: Person, send: Send, log_watch: LogWatch
) -> None:
    log_watch.expect("could not be handed over")
    log_watch.expect("is parked: handing it over always fails")
    broken = send(f"carol@{domain}", subject="broken")
    spoil(broken)
    for _ in range(fate.MAX_FAULTS):
        assert row(f"carol@{domain}").state == "waiting"
        deliver_again(domain)
    assert row(f"carol@{domain}").state == "parked"
    deliver_again(domain)
    assert DeliveryAttempt.objects.count() == fate.MAX_FAULTS
    assert len([line for line in log_watch.seen if "always fails" in line]) == 1


def test_a_retry_brings_it_back(
    alice: Person, routed: Peer, send: Send, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_watch.expect("is parked")
    monkeypatch.setattr(fate, "MAX_FAULTS", 1)
    broken = send("bob@hamburger.test")
    [(codec, data)] = spoil(broken)
    deliver_again("hamburger.test")
    [shown] = trace.trace(alice.account.pk, broken.sent_message_id or 0)
    assert shown.state == "parked"
    BlobChunk.objects.filter(blob_id=broken.blob_id).update(codec=codec, data=data)
    assert queue.retry_now(alice.account.pk, broken.pk) == ["hamburger.test"]
    deliver_again("hamburger.test")
    assert row("bob@hamburger.test").state == "delivered"
    assert Blob.objects.filter(pk=broken.blob_id).exists()


def test_a_try_that_reached_the_peer_clears_the_count(routed: Peer, send: Send, log_watch: LogWatch) -> None:
    log_watch.expect("could not be handed over")
    routed.answers = {"RCPT": "450 4.2.0 later"}
    broken = send("bob@hamburger.test")
    [(codec, data)] = spoil(broken)
    deliver_again("hamburger.test")
    assert row("bob@hamburger.test").fault_count == 1
    BlobChunk.objects.filter(blob_id=broken.blob_id).update(codec=codec, data=data)
    deliver_again("hamburger.test")
    assert row("bob@hamburger.test").fault_count == 0


def test_what_is_parked_can_be_cancelled(
    alice: Person, routed: Peer, send: Send, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_watch.expect("is parked")
    monkeypatch.setattr(fate, "MAX_FAULTS", 1)
    broken = send("bob@hamburger.test")
    spoil(broken)
    deliver_again("hamburger.test")
    assert queue.cancel(alice.account.pk, broken.pk) == [("bob@hamburger.test", True)]
