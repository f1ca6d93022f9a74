"""What the tests of the way out share: settings in seconds, a peer, a letter to send."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from mailserver.message.address import parse
from mailserver.message.compose import Draft
from tests.peer import Peer
from tests.people import Person
from webmail.delivery import ledger, submit
from webmail.models import OutboundMessage

Send = Callable[..., OutboundMessage]


@pytest.fixture(autouse=True)
def hurry(settings: Settings) -> None:
    """Short patience, so that a test of silence does not last."""
    settings.SMTP_CLIENT_TIMEOUTS = {
        "connect": 2,
        "command": 2,
        "data": 2,
        "block": 2,
        "final": 2,
        "close": 1,
        "attempt": 10,
    }
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    settings.RETRY_SCHEDULE = [300]


@pytest.fixture(autouse=True)
def written_by_its_own_thread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let old outcomes wait, where a test's rows stay uncommitted: the thread that writes them sees none."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if not commits:
        monkeypatch.setattr(ledger, "OLD_SECONDS", 3600.0)


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A friendly peer; `routed` leads hamburger.test to it."""
    with Peer() as running:
        yield running


@pytest.fixture
def routed(peer: Peer, settings: Settings) -> Peer:
    """The peer, with the route to it set."""
    settings.MAIL_ROUTES = f"hamburger.test=127.0.0.1:{peer.port}"
    return peer


@pytest.fixture
def kicked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Gather the wake-ups instead of a broker, so that no worker interferes."""
    domains: list[str] = []
    monkeypatch.setattr(submit, "kick", domains.extend)
    return domains


@pytest.fixture
def send(alice: Person, kicked: list[str]) -> Send:
    """Submit a letter of Alice's, without a window for Undo unless it is asked for."""

    def submit_letter(*to: str, key: str = "", hold_seconds: int = 0, **fields: object) -> OutboundMessage:
        draft = draft_to(*to, **fields)
        number = OutboundMessage.objects.count()
        return submit.submit(
            alice.account.pk, draft, submission_key=key or f"key-{number}", hold_seconds=hold_seconds
        )

    return submit_letter


def draft_to(*to: str, **fields: object) -> Draft:
    """Write a letter of Alice's."""
    values: dict[str, object] = {
        "from_": parse("Alice <alice@crepes.test>"),
        "to": tuple(person for text in to for person in parse(text)),
        "subject": "Lunch?",
        "text": "At noon?",
    }
    return Draft(**{**values, **fields})  # type: ignore[arg-type]
