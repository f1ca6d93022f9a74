"""Leaving a list by one request: what is sent, and servers that mean harm."""
# ruff: noqa: E501

import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mailserver.one_click import UnsubscribeError, unsubscribe
from mailserver.web import Web
from tests.certificate import server_context
from tests.web_peer import Names, Server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Tls:
    """A certificate for list.test, for a server and for who trusts it."""

    def __init__(self, folder: Path) -> None:
        self.server = server_context(folder, "list.test")
        self.trusting = ssl.create_default_context(cafile=str(folder / "certificate.pem"))


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return Tls(tmp_path)


def web(tls: Tls | None, names: Names | None = None) -> Web:
    """One that may reach 127.0.0.1, and no other address of ours."""
    return Web(
        names or Names(list=[["127.0.0.1"]]),  # type: ignore[arg-type]
        permitted=lambda address: address == "127.0.0.1",
        ports=lambda _port: True,
        tls=tls and tls.trusting,
    )


def test_the_one_click_tells_nothing_else(serve: Callable[..., Server], tls: Tls) -> None:
    server = serve(OK, tls=tls.server)
    unsubscribe(web(tls), f"https://list.test:{server.port}/u?id=1&x=<y>")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /u?id=1&x=%3Cy%3E HTTP/1.1\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert b"Content-Length: 26" in head
    assert body == b"List-Unsubscribe=One-Click"
    assert b"ookie" not in head
    assert b"eferer" not in head
    assert b"uthorization" not in head


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
def test_any_success_is_one(serve: Callable[..., Server], tls: Tls, status: str) -> None:
    server = serve(f"HTTP/1.1 {status}\r\n\r\n".encode(), tls=tls.server)
    unsubscribe(web(tls), f"https://list.test:{server.port}/")


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_is_not_followed(serve: Callable[..., Server], tls: Tls, status: str) -> None:
    inside = serve(OK)
    target = f"http://127.0.0.1:{inside.port}/admin/delete"
    answer = f"HTTP/1.1 {status}\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
    server = serve(answer, tls=tls.server)
    with pytest.raises(UnsubscribeError) as refused:
        unsubscribe(web(tls), f"https://list.test:{server.port}/")
    assert refused.value.status == int(status[:3])
    assert inside.requests == []


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 503])
def test_a_refusal_is_told(serve: Callable[..., Server], tls: Tls, status: int) -> None:
    server = serve(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode(), tls=tls.server)
    with pytest.raises(UnsubscribeError) as refused:
        unsubscribe(web(tls), f"https://list.test:{server.port}/")
    assert refused.value.status == status


@pytest.mark.parametrize("url", ["http://list.test/", "HTTP://list.test/", "file:///etc/passwd", "ftp://a.test/", "", "https://"])  # fmt: skip
def test_only_https(tls: Tls, url: str) -> None:
    with pytest.raises(UnsubscribeError):
        unsubscribe(web(tls), url)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "2130706433", "inside.test", "mixed.test", "none.test"])  # fmt: skip
def test_nothing_of_ours_is_dialled(tls: Tls, host: str) -> None:
    names = Names(inside=[["10.0.0.1"]], mixed=[["93.184.215.14", "127.0.0.1"]])
    reach = Web(names, ports=lambda _port: True, tls=tls.trusting)  # type: ignore[arg-type]
    with pytest.raises(UnsubscribeError):
        unsubscribe(reach, f"https://{host}:9/", seconds=5)


def test_only_the_port_of_https(tls: Tls) -> None:
    with pytest.raises(UnsubscribeError, match="port"):
        unsubscribe(Web(Names(list=[["93.184.215.14"]])), "https://list.test:6379/")  # type: ignore[arg-type]


def test_a_name_that_changes_its_mind_changes_nothing(serve: Callable[..., Server], tls: Tls) -> None:
    server = serve(OK, tls=tls.server)
    names = Names(list=[["127.0.0.1"], ["10.0.0.1"]])
    unsubscribe(web(tls, names), f"https://list.test:{server.port}/")
    assert names.asked == ["list.test"]


def test_the_certificate_must_be_the_hosts(serve: Callable[..., Server], tls: Tls) -> None:
    server = serve(OK, OK, tls=tls.server)
    names = Names(other=[["127.0.0.1"]], list=[["127.0.0.1"]])
    with pytest.raises(UnsubscribeError):
        unsubscribe(web(tls, names), f"https://other.test:{server.port}/")
    with pytest.raises(UnsubscribeError):
        unsubscribe(web(None, names), f"https://list.test:{server.port}/")


def _drip(peer: object) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")  # type: ignore[attr-defined]
    while not threading.Event().wait(0.05):
        peer.sendall(b"x")  # type: ignore[attr-defined]


def _flood(peer: object) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")  # type: ignore[attr-defined]
    while True:
        peer.sendall(b"x" * 65536)  # type: ignore[attr-defined]


def test_a_slow_server_is_left(serve: Callable[..., Server], tls: Tls) -> None:
    server = serve(_drip, tls=tls.server)
    with pytest.raises(UnsubscribeError):
        unsubscribe(web(tls), f"https://list.test:{server.port}/", seconds=0.5)


def test_of_a_flood_a_little_is_read(serve: Callable[..., Server], tls: Tls) -> None:
    server = serve(_flood, tls=tls.server)
    unsubscribe(web(tls), f"https://list.test:{server.port}/")


@pytest.mark.parametrize("reply", [b"", b"\x00\xff\r\n\r\n", b"220 mail ESMTP\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000])  # fmt: skip
def test_answers_that_are_none(serve: Callable[..., Server], tls: Tls, reply: bytes) -> None:
    server = serve(reply, tls=tls.server)
    with pytest.raises(UnsubscribeError):
        unsubscribe(web(tls), f"https://list.test:{server.port}/")
