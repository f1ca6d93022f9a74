"""Who would not be let in any more is told so, and the session ends."""

from .memory import RawClient, RunningServer

BYE = "* BYE What you logged in with is no longer valid"


def test_sessions_end_when_it_is_taken_back(server: RunningServer, client: RawClient) -> None:
    idle = RawClient(server.connect())
    idle.log_in()
    idle.send(b"i IDLE\r\n")
    assert idle.line() == "+ idling"
    assert client.ask("NOOP") == ["OK NOOP completed"]
    server.backend.mail.admission.take_back()
    assert [client.line(), client.line()] == [BYE, ""]
    assert [idle.line(), idle.line()] == [BYE, ""]
    idle.close()


def test_what_was_taken_back_meanwhile_lets_nobody_stay(server: RunningServer) -> None:
    server.backend.mail.admission.is_good = False
    client = RawClient(server.connect())
    client.log_in()
    assert [client.line(), client.line()] == [BYE, ""]
    client.close()


def test_who_leaves_is_forgotten(server: RunningServer, client: RawClient) -> None:
    assert client.ask("LOGOUT")[-1] == "OK LOGOUT completed"
    assert client.line() == ""
    assert server.backend.mail.admission.doubts == []
