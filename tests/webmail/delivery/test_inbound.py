"""What is decided about recipients, and how copies are filed, without a socket."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailserver.smtp import trace
from mailserver.smtp.envelope import Envelope, Peer
from tests.people import Person
from webmail.delivery import inbound, verdict
from webmail.delivery.arrival import LocalDelivery, read_content
from webmail.delivery.directory import Directory
from webmail.delivery.local import deliver_local
from webmail.delivery.verdict import Recipient, decide
from webmail.models import Account
from webmail.store import queries

NOW = datetime(2026, 11, 22, 21, 19, 38, tzinfo=UTC)
RAW = b"Subject: x\r\n\r\nbody\r\n"


def _envelope(*recipients: str, content: bytes = RAW, **peer: object) -> Envelope:
    return Envelope(
        Peer("192.0.2.1", 1, "client.test", **{"extended": True, **peer}),
        "bob@there.test",
        recipients,
        content,
        NOW,
    )


@pytest.mark.parametrize(
    ("recipient", "size", "reply"),
    [
        (Recipient((1,)), 0, verdict.TAKEN),
        (Recipient((1,), room=10), 9, verdict.TAKEN),
        (Recipient((1,), room=10), 10, verdict.FULL),
        (Recipient((1,), room=-5), 0, verdict.FULL),
        (Recipient(()), 0, verdict.UNKNOWN),
        (Recipient((), is_local=False), 0, verdict.NO_RELAY),
    ],
)
def test_verdicts(recipient: Recipient, size: int, reply: object) -> None:
    assert decide(recipient, size) == reply


def test_the_received_header_tells_how_it_came() -> None:
    plain = trace.received(
        _envelope("alice@crepes.test"), by="mx", queue_id="1", recipient="alice@crepes.test"
    )
    assert plain == (
        b"Received: from client.test ([192.0.2.1])\r\n\tby mx with ESMTP id 1\r\n"
        b"\tfor <alice@crepes.test>; Sun, 22 Nov 2026 21:19:38 +0000\r\n"
    )
    secured = _envelope("a@b.test", tls="TLSv1.3 TLS_AES_256_GCM_SHA384")
    assert b"with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384) id 1" in trace.received(
        secured, by="mx", queue_id="1", recipient="a@b.test"
    )
    assert b"with SMTP id" in trace.received(
        _envelope("a@b.test", extended=False), by="mx", queue_id="1", recipient="a@b.test"
    )


def test_the_directory_remembers_for_a_moment_who_is_known(alice: Person) -> None:
    now = [0.0]
    directory = Directory(clock=lambda: now[0])
    assert directory.recall("alice@crepes.test") is None
    found = directory.look_up(["alice@crepes.test", "nobody@crepes.test", "x@elsewhere.test"])
    assert found["alice@crepes.test"].accounts == (alice.account.pk,)
    assert found["nobody@crepes.test"] == Recipient(())
    assert found["x@elsewhere.test"] == Recipient((), is_local=False)
    assert directory.recall("alice@crepes.test") == found["alice@crepes.test"]
    assert directory.recall("nobody@crepes.test") is None
    now[0] = 2.0
    assert directory.recall("alice@crepes.test") is None


def test_an_alias_is_full_when_all_its_accounts_are(alice: Person, carol: Person) -> None:
    for person in (alice, carol):
        person.account.domain.aliases.create(address="all@crepes.test", account=person.account)
    Account.objects.filter(pk=alice.account.pk).update(quota_bytes=100, used_bytes=100)
    assert Directory().look_up(["all@crepes.test"])["all@crepes.test"].room is None
    Account.objects.filter(pk=carol.account.pk).update(quota_bytes=100, used_bytes=60)
    assert Directory().look_up(["all@crepes.test"])["all@crepes.test"].room == 40


def test_statements_do_not_grow_with_the_batch(alice: Person, carol: Person) -> None:
    both = ("alice@crepes.test", "carol@crepes.test")
    with CaptureQueriesContext(connection) as one:
        inbound.receive([inbound.read(_envelope(*both))], Directory())
    envelopes = [_envelope(*both, content=b"Subject: %d\r\n\r\n" % number) for number in range(50)]
    batch = [inbound.read(envelope) for envelope in envelopes]
    with CaptureQueriesContext(connection) as fifty:
        replies = inbound.receive(batch, Directory())
    assert all(reply.code == 250 for reply in replies)
    assert len({reply.text for reply in replies}) == 50
    assert len(fifty) <= len(one) + 2


def test_copies_come_back_in_order(alice: Person, carol: Person) -> None:
    contents = (read_content(b"Subject: 1\r\n\r\n"), read_content(b"Subject: 2\r\n\r\n"))
    items = [
        LocalDelivery(
            account_id=person.account.pk,
            recipient=person.address,
            return_path="",
            content=content,
            received_at=NOW,
        )
        for person, content in ((alice, contents[0]), (carol, contents[1]), (carol, contents[0]))
    ]
    stored = deliver_local(items)
    for item, copy in zip(items, stored, strict=True):
        assert copy.account_id == item.account_id
        assert queries.raw(copy.account_id, copy.message_id).endswith(item.content.raw)
