"""What is known of other domains: their policies, kept as long as they hold, and how encryption went."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from mailserver import sts_fetch
from mailserver.authenticity.tls_report_writer import Session
from mailserver.dns import Resolver
from mailserver.smtp.sts import Policy
from mailserver.sts_fetch import FetchError
from tests.names import SERVFAIL, Names
from webmail.delivery import sts, tls_results
from webmail.models import StsPolicy, TlsResult

pytestmark = pytest.mark.django_db
FIRST = Policy("enforce", ("mx.far.test",), 3600)
SECOND = Policy("testing", ("*.far.test",), 7200)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[Policy | FetchError]:
    """What the domain's web server gives, from the last to the first."""
    answers: list[Policy | FetchError] = []

    def fetch(web: object, domain: str) -> Policy:
        answer = answers.pop()
        if isinstance(answer, FetchError):
            raise answer
        return answer

    monkeypatch.setattr(sts_fetch, "fetch", fetch)
    return answers


Ask = Callable[[str], Policy | None]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Ask for the policy of far.test while the DNS announces this id."""

    def policy(announced: str) -> Policy | None:
        records: dict[str, dict[str, list[str]] | str] = {}
        if announced:
            records["_mta-sts.far.test"] = (
                SERVFAIL if announced == SERVFAIL else {"TXT": [f'"v=STSv1; id={announced};"']}
            )
        with Names(records) as names:
            return sts.policy_of("far.test", Resolver(names.server, lifetime=1))

    yield policy


def age(**fields: object) -> None:
    StsPolicy.objects.update(**fields)


def test_a_policy_is_fetched_once(ask: Ask, fetched: list[Policy | FetchError]) -> None:
    fetched.append(FIRST)
    assert [ask("1"), ask("1")] == [FIRST, FIRST]


def test_no_record_is_no_policy_and_no_row(ask: Ask, fetched: list[Policy | FetchError]) -> None:
    assert ask("") is None
    assert not StsPolicy.objects.exists()


@pytest.mark.parametrize("announced", ["", SERVFAIL])
def test_what_was_kept_holds_while_the_dns_says_nothing(
    announced: str, ask: Ask, fetched: list[Policy | FetchError]
) -> None:
    fetched.append(FIRST)
    ask("1")
    assert ask(announced) == FIRST
    age(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(announced) is None


def test_another_id_is_another_policy(ask: Ask, fetched: list[Policy | FetchError]) -> None:
    fetched += [SECOND, FIRST]
    assert [ask("1"), ask("2"), ask("2")] == [FIRST, SECOND, SECOND]


def test_what_was_kept_holds_while_no_new_one_is_to_be_had(
    ask: Ask, fetched: list[Policy | FetchError]
) -> None:
    fetched += [FetchError("gone", "sts-policy-fetch-error"), FIRST]
    assert [ask("1"), ask("2"), ask("2")] == [FIRST, FIRST, FIRST]
    assert StsPolicy.objects.get().problem == "sts-policy-fetch-error: gone"
    fetched.append(SECOND)
    age(fetched_at=timezone.now() - timedelta(minutes=6))
    assert ask("2") == SECOND


def test_who_gave_none_is_left_alone_for_a_while(ask: Ask, fetched: list[Policy | FetchError]) -> None:
    fetched.append(FetchError("gone", "sts-policy-fetch-error"))
    assert [ask("1"), ask("1")] == [None, None]
    # Its owner will read of it.
    [told] = tls_results.of(timezone.now().date(), "far.test")
    assert (told.source, told.result, told.reason, told.count) == ("sts", "sts-policy-fetch-error", "gone", 1)


def test_a_policy_is_fetched_anew_where_that_is_asked_for(
    ask: Ask, fetched: list[Policy | FetchError]
) -> None:
    fetched += [SECOND, FIRST]
    assert ask("1") == FIRST
    with Names({"_mta-sts.far.test": {"TXT": ['"v=STSv1; id=1;"']}}) as names:
        sts.renew("far.test", Resolver(names.server, lifetime=1))
    assert ask("1") == SECOND


def session(**fields: str) -> Session:
    known = {
        "source": "sts",
        "mx_host": "mx.far.test",
        "sending_ip": "192.0.2.1",
        "receiving_ip": "192.0.2.7",
    }
    return Session(policy=("version: STSv1", "mode: testing"), **known | fields)


def test_sessions_are_counted_by_the_day() -> None:
    now = timezone.now()
    broken = {"result": "certificate-expired", "reason": "it has expired"}
    tls_results.note("far.test", [session(), session(), session(**broken)], now)
    tls_results.note("far.test", [session()], now - timedelta(days=1))
    lines = tls_results.of(now.date(), "far.test")
    assert [(line.result, line.count, line.policy) for line in lines] == [
        ("", 2, ("version: STSv1", "mode: testing")),
        ("certificate-expired", 1, ("version: STSv1", "mode: testing")),
    ]


def test_old_results_are_forgotten() -> None:
    now = timezone.now()
    tls_results.note("far.test", [session()], now - timedelta(days=40))
    tls_results.note("far.test", [session()], now)
    tls_results.forget_old(now)
    assert TlsResult.objects.count() == 1
