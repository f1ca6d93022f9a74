"""Rewritten senders: there and back, over several forwarders, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver import srs
from mailserver.srs import SrsError

KEY = b"key"


def test_there_and_back() -> None:
    there = srs.forward("Bob.B@there.test", "here.test", KEY, 20_000)
    assert there.startswith("SRS0=")
    assert there.endswith("=there.test=Bob.B@here.test")
    assert srs.reverse(there, KEY, 20_000 + srs.DAYS) == "Bob.B@there.test"
    assert srs.reverse(there.lower(), KEY, 20_001) == "bob.b@there.test"
    with pytest.raises(SrsError, match="too old"):
        srs.reverse(there, KEY, 20_000 + srs.DAYS + 1)


def test_the_days_go_round() -> None:
    there = srs.forward("bob@there.test", "here.test", KEY, 1023)
    assert srs.reverse(there, KEY, 1024 + 5) == "bob@there.test"


def test_over_three_forwarders() -> None:
    first = srs.forward("bob@there.test", "one.test", b"one", 5)
    second = srs.forward(first, "two.test", b"two", 5)
    third = srs.forward(second, "three.test", b"three", 5)
    assert second.startswith("SRS1=")
    assert third.startswith("SRS1=")
    assert srs.reverse(third, b"three", 5) == first
    assert srs.reverse(second, b"two", 5) == first
    assert srs.reverse(first, b"one", 5) == "bob@there.test"


@pytest.mark.parametrize("sender", ["", '"b o"@there.test'])
def test_what_is_left_as_it_is(sender: str) -> None:
    assert srs.forward(sender, "here.test", KEY, 1) == sender


@pytest.mark.parametrize(
    "address",
    [
        "bob@here.test",
        "SRS0=@here.test",
        "SRS0=aaaaaa=ab=there.test=bob@here.test",
        "SRS0=aaaaaa=!!=there.test=bob@here.test",
        "SRS1=aaaaaa=there.test==bbbbbb=ab=x.test=bob@here.test",
        srs.forward("bob@there.test", "here.test", b"another", 1),
        srs.forward("bob@there.test", "here.test", KEY, 1).replace("bob@", "eve@"),
        srs.forward("bob@there.test", "here.test", KEY, 1).replace("there", "where"),
    ],
)
def test_what_was_not_made_here(address: str) -> None:
    with pytest.raises(SrsError):
        srs.reverse(address, KEY, 1)


def test_how_they_look() -> None:
    asked = ("srs0=a", "SRS1+a", "SRS0-a", "SRS0", "srs2=a", "bob@x.test")
    assert [srs.is_rewritten(address) for address in asked] == [True, True, True, False, False, False]


@given(st.sampled_from(["", "SRS0=", "SRS1=", "SRS0=a=bb="]), st.text(max_size=60))
def test_whatever_is_asked_for_is_not_ours(start: str, rest: str) -> None:
    with pytest.raises(SrsError):
        srs.reverse(start + rest, KEY, 1)


@given(st.from_regex(r"[a-z+=.-]{1,30}@[a-z]{1,9}\.test", fullmatch=True), st.integers(0, 5000))
def test_everybody_finds_back(sender: str, day: int) -> None:
    assert srs.reverse(srs.forward(sender, "here.test", KEY, day), KEY, day) == sender
