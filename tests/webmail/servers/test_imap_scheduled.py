"""Letters that wait for their time, in a mail program: what is deleted there is not sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from mailserver.imap.server import Server
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import Running
from tests.people import Person
from tests.webmail.delivery.conftest import draft_to
from webmail.delivery import claims, submit
from webmail.delivery.submit import Handling
from webmail.models import MailboxMessage, OutboundMessage, OutboundRecipient
from webmail.store import queries

from .conftest import raw_client


@pytest.fixture
def at() -> datetime:
    return (timezone.now() + timedelta(hours=1)).replace(microsecond=0)


@pytest.fixture
def waiting(alice: Person, at: datetime) -> OutboundMessage:
    draft = draft_to("bob@hamburger.test")
    return submit.submit(alice.account.pk, draft, submission_key="k", how=Handling(send_at=at))


@pytest.fixture
def raw(imap: Running[Server], alice: Person, waiting: OutboundMessage) -> Iterator[RawClient]:
    client = raw_client(imap)
    assert '* LIST (\\HasNoChildren \\Scheduled) "/" Scheduled' in client.ask('LIST "" *')
    client.ask("SELECT Scheduled")
    yield client
    client.close()


def _stands_in() -> list[str]:
    return list(MailboxMessage.objects.values_list("mailbox__role", flat=True))


def _states() -> set[str]:
    return set(OutboundRecipient.objects.values_list("state", flat=True))


def test_what_is_deleted_is_not_sent(raw: RawClient, alice: Person, at: datetime) -> None:
    raw.ask("STORE 1 +FLAGS (\\Deleted)")
    assert raw.ask("EXPUNGE") == ["* 1 EXPUNGE", "OK EXPUNGE completed"]
    assert (_stands_in(), _states()) == (["drafts"], {"cancelled"})
    assert claims.due(at)[0] == {}
    page = queries.mailbox_page(alice.account.pk, alice.mailbox("scheduled"))
    assert page.rows == []


def test_to_trash_and_nowhere_else(raw: RawClient) -> None:
    assert raw.ask("MOVE 1 INBOX")[-1].startswith("NO [CANNOT] A letter that waits")
    assert _states() == {"waiting"}
    lines = raw.ask("MOVE 1 Trash")
    assert lines[0].startswith("* OK [COPYUID ")
    assert lines[0].endswith(" 1 1] Moved")
    assert lines[1:] == ["* 1 EXPUNGE", "OK MOVE completed"]
    assert (_stands_in(), _states()) == (["trash"], {"cancelled"})


def test_what_a_worker_has_goes_on(raw: RawClient, at: datetime) -> None:
    assert claims.claim_due("hamburger.test", at) is not None
    raw.ask("STORE 1 +FLAGS (\\Deleted)")
    said = raw.ask("EXPUNGE")[-1]
    assert said == "NO [INUSE] Too late: it is being handed to hamburger.test for bob@hamburger.test"
    assert raw.ask("MOVE 1 Trash")[-1].startswith("NO [INUSE]")
    assert (_stands_in(), _states()) == (["scheduled"], {"sending"})


def test_two_of_which_one_has_gone_stay_both(raw: RawClient, alice: Person, at: datetime) -> None:
    other = draft_to("carol@else.test")
    submit.submit(alice.account.pk, other, submission_key="l", how=Handling(send_at=at))
    assert claims.claim_due("hamburger.test", at) is not None
    raw.ask("NOOP")
    raw.ask("STORE 1:2 +FLAGS (\\Deleted)")
    assert raw.ask("EXPUNGE")[-1].startswith("NO [INUSE]")
    assert (_stands_in(), _states()) == (["scheduled", "scheduled"], {"sending", "waiting"})
    assert raw.ask("UID EXPUNGE 2") == ["* 2 EXPUNGE", "OK UID EXPUNGE completed"]
    assert _states() == {"sending", "cancelled"}
