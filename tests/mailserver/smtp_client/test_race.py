"""Addresses race for a connection: one that is dead or slow holds up nobody."""

import socket
from collections.abc import Iterator

import pytest

from mailserver.smtp import race
from mailserver.smtp.patience import Deadline


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def test_families_take_turns_and_ipv6_begins() -> None:
    assert race.in_turn(["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2"]) == [
        "2001:db8::1",
        "192.0.2.1",
        "2001:db8::2",
        "192.0.2.2",
        "192.0.2.3",
    ]


def test_the_next_goes_at_once_when_one_is_refused(listener: socket.socket) -> None:
    won, address = race.connect(["::1", "127.0.0.1"], port_of(listener), Deadline(5))
    won.close()
    assert address == "127.0.0.1"


def test_the_next_goes_beside_one_that_says_nothing(listener: socket.socket) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.2", port_of(listener)))
        deaf.listen(0)
        waiting = []
        for _ in range(8):
            made = socket.socket()
            made.setblocking(False)
            made.connect_ex(("127.0.0.2", port_of(listener)))
            waiting.append(made)
        won, address = race.connect(["127.0.0.2", "127.0.0.1"], port_of(listener), Deadline(10))
        won.close()
        for made in waiting:
            made.close()
    assert address == "127.0.0.1"


def test_when_nobody_answers_each_says_why(listener: socket.socket) -> None:
    port = port_of(listener)
    listener.close()
    with pytest.raises(race.NobodyError) as caught:
        race.connect(["127.0.0.1", "127.0.0.3"], port, Deadline(5))
    assert caught.value.reasons == {
        "127.0.0.1": "Connection refused",
        "127.0.0.3": "Connection refused",
    }
