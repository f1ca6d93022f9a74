"""Fetching remote pictures from servers that mean harm: never our own network, never for long, never much."""
# ruff: noqa: E501

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mailserver.dns import is_public
from mailserver.picture_fetch import PictureError, PictureFetcher
from mailserver.web import Web
from tests.certificate import server_context
from tests.web_peer import Names, Script, Server

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


def fetcher(names: Names | None = None, **options: object) -> PictureFetcher:
    """One that may reach 127.0.0.1, and no other address of ours."""
    limits = {name: options.pop(name) for name in ("seconds", "max_bytes") if name in options}
    given = {"permitted": lambda address: address == "127.0.0.1", "ports": lambda _port: True}
    web = Web(names or Names(a=[["127.0.0.1"]]), **(given | options))  # type: ignore[arg-type]
    return PictureFetcher(web, **({"seconds": 5} | limits))  # type: ignore[arg-type]


def answer(body: bytes = PNG, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str) -> bytes:
    return answer(b"", "302 Found", f"Location: {location}", "Content-Length: 0")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "168.63.129.16", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fd00:ec2::254", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "2002:a9fe:a9fe::1",
        "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "ff02::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_address_of_ours_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_a_picture_is_fetched_without_a_trace_of_the_reader(serve: Callable[..., Server]) -> None:
    server = serve(answer(PNG, "200 OK", f"Content-Length: {len(PNG)}", "Set-Cookie: id=1"), answer())
    url = f"http://a.test:{server.port}/b ä.png?c=1&d=<>#e"
    assert fetcher().fetch(url) == PNG
    assert fetcher().fetch(url) == PNG
    first = server.requests[1]
    assert first.startswith(b"GET /b%20%C3%A4.png?c=1&d=%3C%3E HTTP/1.1\r\n")
    assert f"Host: a.test:{server.port}".encode() in first
    assert b"ookie" not in first
    assert b"eferer" not in first


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "2130706433", "0x7f.1", "inside.test", "mixed.test", "none.test"]
)  # fmt: skip
def test_nothing_of_ours_is_dialled(host: str) -> None:
    names = Names(inside=[["10.0.0.1"]], mixed=[["93.184.215.14", "127.0.0.1"]])
    with pytest.raises(PictureError):
        PictureFetcher(Web(names, ports=lambda _port: True), seconds=5).fetch(f"http://{host}:9/")  # type: ignore[arg-type]


def test_only_the_ports_of_the_web() -> None:
    names = Names(a=[["93.184.215.14"]])
    for url in ("http://a.test:25/", "https://a.test:6379/"):
        with pytest.raises(PictureError, match="port"):
            PictureFetcher(Web(names)).fetch(url)  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["ftp://a.test/", "file:///etc/passwd", "http://", "gopher://a.test", "http://a.test:x/", "http://[x/", "", "http://a\nb.test/"])  # fmt: skip
def test_only_web_addresses(url: str) -> None:
    with pytest.raises(PictureError):
        fetcher().fetch(url)


def test_redirects_are_followed_and_each_is_checked(serve: Callable[..., Server]) -> None:
    names = Names(a=[["127.0.0.1"]], b=[["127.0.0.1"]], inside=[["10.0.0.1"]])
    server = serve(answer())
    first = serve(
        redirect(f"http://b.test:{server.port}/x"),
        redirect("http://inside.test/"),
        redirect("/again"),
        redirect("file:///x"),
    )
    assert fetcher(names).fetch(f"http://a.test:{first.port}/") == PNG
    with pytest.raises(PictureError, match=r"inside\.test is not on the open Internet"):
        fetcher(names).fetch(f"http://a.test:{first.port}/")
    with pytest.raises(PictureError, match="no web address"):
        fetcher(names).fetch(f"http://a.test:{first.port}/")


def test_a_circle_of_redirects_ends(serve: Callable[..., Server]) -> None:
    server = serve(*[redirect("/")] * 10)
    with pytest.raises(PictureError, match="redirects"):
        fetcher().fetch(f"http://a.test:{server.port}/")
    assert len(server.requests) == 5


def test_a_name_that_changes_its_mind_changes_nothing(serve: Callable[..., Server]) -> None:
    """DNS rebinding: the second answer is never asked for."""
    server = serve(answer())
    names = Names(a=[["127.0.0.1"], ["10.0.0.1"]])
    assert fetcher(names).fetch(f"http://a.test:{server.port}/") == PNG
    assert names.asked == ["a.test"]


def _drip(head: bytes) -> Script:
    def script(peer: socket.socket) -> None:
        peer.sendall(head)
        stop = threading.Event()
        while not stop.wait(0.05):
            peer.sendall(b"x")

    return script


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["status", "header", "body"]
)
def test_a_slow_server_is_left(serve: Callable[..., Server], head: bytes) -> None:
    server = serve(_drip(head))
    with pytest.raises(PictureError):
        fetcher(seconds=0.5).fetch(f"http://a.test:{server.port}/")


def test_a_silent_server_is_left(serve: Callable[..., Server]) -> None:
    server = serve(lambda peer: peer.recv(1))
    with pytest.raises(PictureError):
        fetcher(seconds=0.3).fetch(f"http://a.test:{server.port}/")


def _flood(peer: socket.socket) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(b"x" * 65536)


def test_a_server_that_sends_too_much_is_left(serve: Callable[..., Server]) -> None:
    server = serve(_flood, answer(b"", "200 OK", "Content-Length: 99999999999"))
    for _ in range(2):
        with pytest.raises(PictureError, match="too large"):
            fetcher(max_bytes=1_000_000).fetch(f"http://a.test:{server.port}/")


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"\x00\xff garbage\r\n\r\n",
        b"220 mail.test ESMTP\r\n",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe://\r\n\r\n",
    ],
)
def test_answers_that_are_no_picture(serve: Callable[..., Server], reply: bytes) -> None:
    server = serve(reply)
    with pytest.raises(PictureError):
        fetcher().fetch(f"http://a.test:{server.port}/")


def test_over_tls_the_certificate_must_be_the_hosts(serve: Callable[..., Server], tmp_path: Path) -> None:
    context = server_context(tmp_path, "a.test")
    server = serve(answer(), answer(), answer(), tls=context)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    names = Names(a=[["127.0.0.1"]], b=[["127.0.0.1"]])
    assert fetcher(names, tls=trusting).fetch(f"https://a.test:{server.port}/") == PNG
    for host, context_ in (("b.test", trusting), ("a.test", None)):
        with pytest.raises(PictureError):
            fetcher(names, tls=context_).fetch(f"https://{host}:{server.port}/")
