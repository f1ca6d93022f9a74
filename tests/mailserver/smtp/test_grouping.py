"""Messages that come together are committed together, and 250 means committed."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from mailserver.smtp.envelope import Envelope
from mailserver.smtp.limits import KIB, Limits
from tests.logs import LogWatch

from .memory import RawClient, RunningServer, running, until


def _crowd(server: RunningServer, contents: Sequence[bytes]) -> list[str]:
    """Send each content on a connection of its own, all at once, while the backend is held; the replies."""
    server.backend.gate.clear()
    clients = [RawClient(server.connect()) for _ in contents]
    for client, content in zip(clients, contents, strict=True):
        client.begin_data()
        client.send(content + b"\r\n.\r\n")
    time.sleep(0.2)
    assert server.backend.stored == []
    server.backend.gate.set()
    answers = [client.reply() for client in clients]
    for client in clients:
        client.close()
    return answers


def test_twenty_at_once_share_commits(server: RunningServer) -> None:
    answers = _crowd(server, [b"Subject: %d\r\n" % number for number in range(20)])
    assert answers == ["250 2.0.0 Message stored"] * 20
    assert len(server.backend.stored) == 20
    assert len(server.backend.batches) <= 3


def test_groups_are_bounded_in_count_and_bytes(tmp_path: Path) -> None:
    with running(tmp_path, Limits(group_messages=4, group_bytes=10 * KIB)) as server:
        _crowd(server, [b"x"] * 9)
        assert max(len(batch) for batch in server.backend.batches) == 4
        server.backend.batches.clear()
        _crowd(server, [b"y" * 4 * KIB] * 7 + [b"z" * 20 * KIB])
        assert len(server.backend.stored) == 8
        assert max(len(batch) for batch in server.backend.batches) == 2


def test_who_comes_while_another_process_has_its_turn_shares_the_commit(tmp_path: Path) -> None:
    turn = threading.Lock()
    with running(tmp_path, turn=turn) as server, turn:
        clients = [RawClient(server.connect()) for _ in range(5)]
        for client in clients:
            client.begin_data()
            client.send(b"Subject: waits\r\n.\r\n")
        until(lambda: server.server.service.grouping.waiting == 4)
        turn.release()
        assert [client.reply() for client in clients] == ["250 2.0.0 Message stored"] * 5
        assert [len(batch) for batch in server.backend.batches] == [5]
        turn.acquire()
        for client in clients:
            client.close()


def test_a_message_that_cannot_be_read_harms_no_other(server: RunningServer, log_watch: LogWatch) -> None:
    log_watch.expect("A message could not be read")
    server.backend.unreadable = b"poison"
    answers = _crowd(server, [b"good", b"poison", b"good"])
    assert answers[1] == "451 4.3.0 Local trouble, try again later"
    assert answers.count("250 2.0.0 Message stored") == 2


def test_one_poisoned_message_harms_no_other(server: RunningServer, log_watch: LogWatch) -> None:
    log_watch.expect("Delivery of .* failed")

    def fail(batch: Sequence[Envelope]) -> None:
        if any(b"poison" in envelope.content for envelope in batch):
            raise ValueError("indigestible")

    server.backend.fail = fail
    answers = _crowd(server, [b"good"] * 5 + [b"poison"] + [b"good"] * 5)
    assert answers.count("250 2.0.0 Message stored") == 10
    assert answers[5] == "451 4.3.0 Local trouble, try again later"
    assert len(server.backend.stored) == 10


@pytest.mark.parametrize("reset", [False, True], ids=["fin", "reset"])
def test_a_client_that_leaves_right_after_the_dot_has_sent_its_mail(
    reset: bool, client: RawClient, server: RunningServer
) -> None:
    server.backend.gate.clear()
    client.begin_data()
    client.send(b"Subject: gone\r\n.\r\n")
    time.sleep(0.1)
    if reset:
        client.peer.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")
    client.close()
    time.sleep(0.1)
    server.backend.gate.set()
    until(lambda: len(server.backend.stored) == 1)
    time.sleep(0.1)
    assert len(server.backend.stored) == 1


def test_data_cut_short_is_nothing(client: RawClient, server: RunningServer) -> None:
    client.begin_data()
    client.send(b"Subject: half\r\n\r\n.")
    client.close()
    time.sleep(0.1)
    assert server.backend.stored == []


def test_a_stop_lets_an_open_upload_finish(client: RawClient, server: RunningServer) -> None:
    idle = RawClient(server.connect())
    idle.reply()
    client.begin_data()
    client.send(b"Subject: late\r\n")
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    assert idle.reply() == "421 4.3.2 Service stops, try again later"
    time.sleep(0.1)
    client.send(b"\r\nbody\r\n.\r\n")
    assert client.reply() == "250 2.0.0 Message stored"
    assert client.reply() == "421 4.3.2 Service stops, try again later"
    stopper.join(10)
    assert len(server.backend.stored) == 1
    assert server.backend.threads_ended == 5
    idle.close()


def test_a_stop_does_not_wait_for_ever(tmp_path: Path) -> None:
    with running(tmp_path, Limits(grace_seconds=0.2)) as server:
        client = RawClient(server.connect())
        client.begin_data()
        server.stop()
        assert client.reply() == "421 4.3.2 Service stops, try again later"
        assert client.reply() == ""
        assert server.backend.stored == []
        client.close()
