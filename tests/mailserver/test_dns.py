"""No such name, no such data and no answer are told apart."""

import time
from collections.abc import Iterator

import pytest

from mailserver.dns import NoAnswerError, NoSuchNameError, Resolver, split_host_port
from tests.names import SERVFAIL, SILENCE, Names

RECORDS: dict[str, dict[str, list[str]] | str] = {
    "hamburger.test": {"MX": ["10 mx.hamburger.test."], "TXT": ['"v=spf1 " "-all"']},
    "mx.hamburger.test": {"A": ["203.0.113.5"], "AAAA": ["2001:db8::5"]},
    "nomail.test": {"MX": ["0 ."]},
    "5.113.0.203.in-addr.arpa": {"PTR": ["mx.hamburger.test."]},
    "broken.test": SERVFAIL,
    "silent.test": SILENCE,
}


@pytest.fixture(scope="module")
def resolver() -> Iterator[Resolver]:
    with Names(RECORDS) as names:
        yield Resolver(names.server, lifetime=0.6)


def test_records_are_read(resolver: Resolver) -> None:
    assert resolver.mx("hamburger.test") == [(10, "mx.hamburger.test")]
    assert resolver.addresses("mx.hamburger.test") == ["203.0.113.5", "2001:db8::5"]
    assert resolver.ipv4("mx.hamburger.test") == ["203.0.113.5"]
    assert resolver.ipv6("mx.hamburger.test") == ["2001:db8::5"]
    assert resolver.names_of("203.0.113.5") == ["mx.hamburger.test"]
    assert resolver.txt("hamburger.test") == [b"v=spf1 -all"]


def test_a_budget_that_is_spent_asks_nothing() -> None:
    with Names(RECORDS) as names:
        resolver = Resolver(names.server)
        assert resolver.until(time.monotonic() + 60).mx("hamburger.test")
        asked = len(names.questions)
        with pytest.raises(NoAnswerError, match="no time left"):
            resolver.until(time.monotonic() - 1).mx("nomail.test")
        begun = time.monotonic()
        with pytest.raises(NoAnswerError):
            resolver.until(begun + 0.3).mx("silent.test")
        assert time.monotonic() - begun < 5
        assert resolver.mx("hamburger.test") == [(10, "mx.hamburger.test")]
        assert [name for name, _ in names.questions[asked:]] == ["silent.test"]


def test_nothing_without_a_term_is_not_kept_for_ever() -> None:
    with Names({"bare.test": {}}) as names:
        resolver = Resolver(names.server)
        for _ in range(2):
            assert resolver.txt("bare.test") == []
        assert len(names.questions) == 1
        [answer] = resolver._resolver.cache.data.values()
        assert answer.value.expiration < time.time() + 3600


def test_a_null_mx_is_an_empty_host(resolver: Resolver) -> None:
    assert resolver.mx("nomail.test") == [(0, "")]


def test_no_data_is_empty(resolver: Resolver) -> None:
    assert resolver.mx("mx.hamburger.test") == []
    assert resolver.addresses("hamburger.test") == []


@pytest.mark.parametrize(
    "name", ["nowhere.test", "a..b.test", "a" * 64 + ".test", "a\\.b\\", "xn--\u2028.test"]
)
def test_a_name_that_is_none(resolver: Resolver, name: str) -> None:
    with pytest.raises(NoSuchNameError):
        resolver.mx(name)


@pytest.mark.parametrize(("name", "why"), [("broken.test", "server failure"), ("silent.test", "timed out")])
def test_no_answer_says_why(resolver: Resolver, name: str, why: str) -> None:
    with pytest.raises(NoAnswerError, match=why):
        resolver.mx(name)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("mx.test:2525", "mx.test", 2525),
        ("mx.test", "mx.test", 25),
        ("[2001:db8::1]:2525", "2001:db8::1", 2525),
        ("2001:db8::1", "2001:db8::1", 25),
    ],
)
def test_host_and_port(text: str, host: str, port: int) -> None:
    assert split_host_port(text, 25) == (host, port)


@pytest.mark.parametrize("text", ["", ":25", "mx.test:smtp", "mx.test:0", "mx.test:70000", "1:2:3"])
def test_not_a_host_and_port(text: str) -> None:
    with pytest.raises(ValueError, match=r"host|int|address"):
        split_host_port(text, 25)
