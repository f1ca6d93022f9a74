"""PROXY headers: read as HAProxy writes them, and everything else refused."""

import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver import proxy_protocol, tls
from mailserver.limits import ConnectionLimiter
from mailserver.networks import Networks
from mailserver.proxy_protocol import Header, ProxyError
from tests.logs import LogWatch

from .smtp.memory import RawClient, RunningServer, running

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
V1 = b"PROXY TCP4 192.0.2.7 127.0.0.1 50000 25\r\n"


def v2(command: int = 0x21, family: int = 0x11, body: bytes | None = None, more: bytes = b"") -> bytes:
    if body is None:
        body = socket.inet_aton("192.0.2.7") + socket.inet_aton("127.0.0.1") + struct.pack("!HH", 50000, 25)
    return SIGNATURE + struct.pack("!BBH", command, family, len(body + more)) + body + more


IPV6 = socket.inet_pton(socket.AF_INET6, "2001:db8::7") * 2 + struct.pack("!HH", 50000, 25)


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        (V1, Header(41, "192.0.2.7", 50000)),
        (b"PROXY TCP6 2001:DB8::7 ::1 50000 25\r\n", Header(37, "2001:db8::7", 50000)),
        (b"PROXY UNKNOWN\r\n", Header(15)),
        (b"PROXY UNKNOWN ff::1 ff::2 1 2\r\n", Header(31)),
        (v2(), Header(28, "192.0.2.7", 50000)),
        (v2(more=b"\x04\0\x01x"), Header(32, "192.0.2.7", 50000)),
        (v2(family=0x21, body=IPV6), Header(52, "2001:db8::7", 50000)),
        (v2(command=0x20), Header(28)),
        (v2(command=0x20, family=0, body=b""), Header(16)),
        (v2(family=0x31, body=b"x" * 216), Header(232)),
    ],
)
def test_read(octets: bytes, found: Header) -> None:
    assert proxy_protocol.read(octets + b"EHLO x\r\n") == found
    for end in range(len(octets)):
        assert proxy_protocol.read(octets[:end]) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"EHLO client.test\r\n",
        b"PROXY TCP4 192.0.2.7\r\n",
        b"PROXY TCP4 2001:db8::7 ::1 1 2\r\n",
        b"PROXY TCP4 evil 127.0.0.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.7 127.0.0.1 one 2\r\n",
        b"PROXY UDP4 192.0.2.7 127.0.0.1 1 2\r\n",
        b"PROXY " + b"x" * 200,
        v2(command=0x11),
        v2(command=0x22),
        v2(body=b"short"),
        SIGNATURE + b"\x21\x11\xff\xff",
    ],
)
def test_refused(octets: bytes) -> None:
    with pytest.raises(ProxyError):
        proxy_protocol.read(octets)


def test_trusted() -> None:
    trusted = Networks(["192.0.2.1", "10.0.0.0/8", "2001:db8::/32"])
    assert [ip in trusted for ip in ("192.0.2.1", "10.9.9.9", "2001:db8::1", "192.0.2.2", "::1", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert not Networks([])
    with pytest.raises(ValueError, match="everybody"):
        Networks(["everybody"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    certificate = tls.self_signed(tmp_path / "tls.pem", "mx.here.test")
    with running(tmp_path, tls=certificate.context, proxies=Networks(["127.0.0.0/8"])) as run:
        yield run


def send(client: RawClient) -> None:
    assert client.ask("EHLO client.test").startswith("250")
    for line in ("MAIL FROM:<a@there.test>", "RCPT TO:<bob@here.test>", "DATA"):
        assert client.ask(line)[0] in "23"
    assert client.ask("Subject: x\r\n\r\n.").startswith("250")


def trusting(path: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(path / "tls.pem"))
    context.check_hostname = False
    return context


@pytest.mark.parametrize("header", [V1, v2()])
def test_the_client_is_seen_through_the_proxy_and_through_tls(
    server: RunningServer, tmp_path: Path, header: bytes
) -> None:
    client = RawClient(server.connect())
    client.send(header[:20])
    client.send(header[20:])
    assert client.reply().startswith("220")
    send(client)
    assert client.ask("STARTTLS").startswith("220")
    inside = RawClient(trusting(tmp_path).wrap_socket(client.peer))
    send(inside)
    assert [envelope.peer.ip for envelope in server.backend.stored] == ["192.0.2.7"] * 2
    inside.close()
    client.close()


def test_what_comes_with_the_header_is_the_clients(server: RunningServer) -> None:
    client = RawClient(server.connect())
    client.send(V1 + b"NOOP\r\n")
    assert client.reply().startswith("220")
    assert client.reply().startswith("250")
    client.close()


def test_tls_that_comes_with_the_header(tmp_path: Path) -> None:
    certificate = tls.self_signed(tmp_path / "tls.pem", "mx.here.test")
    with running(
        tmp_path, submission=True, tls=certificate.context, tls_first=True, proxies=Networks(["127.0.0.1"])
    ) as run:
        out, into = ssl.MemoryBIO(), ssl.MemoryBIO()
        shaking = trusting(tmp_path).wrap_bio(into, out)
        with pytest.raises(ssl.SSLWantReadError):
            shaking.do_handshake()
        plain = run.connect()
        plain.sendall(V1 + out.read())
        while True:
            into.write(plain.recv(65536))
            try:
                shaking.do_handshake()
                break
            except ssl.SSLWantReadError:
                plain.sendall(out.read())
        plain.sendall(out.read())
        greeting = b""
        while not greeting:
            try:
                greeting = shaking.read()
            except ssl.SSLWantReadError:
                into.write(plain.recv(65536))
        assert greeting.startswith(b"220 mx.here.test")
        plain.close()


def test_limits_count_the_client_and_not_the_proxy(tmp_path: Path) -> None:
    with running(tmp_path, limiter=ConnectionLimiter(at_once=1), proxies=Networks(["127.0.0.1"])) as run:
        clients = [RawClient(run.connect()) for _ in range(3)]
        said = []
        for client, last in zip(clients, (b"7", b"8", b"7"), strict=True):
            client.send(V1.replace(b".7", b"." + last))
            said.append(client.reply()[:3])
        assert said == ["220", "220", "421"]
        for client in clients:
            client.close()


def test_a_proxy_that_says_nothing_of_the_kind_is_cut_off(server: RunningServer, log_watch: LogWatch) -> None:
    log_watch.expect("The proxy was not understood")
    client = server.connect()
    client.sendall(b"EHLO client.test\r\n")
    assert client.recv(100) == b""
    client.close()


def test_who_is_no_proxy_is_not_believed(tmp_path: Path) -> None:
    with running(tmp_path, proxies=Networks(["192.0.2.1"])) as run:
        client = RawClient(run.connect())
        assert client.reply().startswith("220")
        assert client.ask(V1.decode().strip()).startswith("500")
        send(client)
        assert run.backend.stored[0].peer.ip == "127.0.0.1"
        client.close()


@given(
    st.sampled_from([b"", SIGNATURE, SIGNATURE + b"\x21\x11\0\x0c", b"PROXY ", b"PROXY TCP4 "]),
    st.binary(max_size=300),
)
def test_whatever_comes_is_a_header_or_none(start: bytes, rest: bytes) -> None:
    try:
        found = proxy_protocol.read(start + rest)
    except ProxyError:
        return
    assert found is None or found.length <= len(start + rest)
