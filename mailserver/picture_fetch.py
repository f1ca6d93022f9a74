"""Fetch a picture that a letter names, and nothing else: the letter's writer must not reach our own network.

Each host is resolved once, every address checked, and the checked address is the one dialled (no rebinding);
again after each redirect. No cookies, no referrer, a bound on time and size.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

from .dns import NoAnswerError, NoSuchNameError, Resolver

SECONDS = 8.0
MAX_BYTES = 10 * 1024 * 1024
_MAX_REDIRECTS = 4
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PORTS: Mapping[str, int] = {"http": 80, "https": 443}
# Global by its number, but the address of the host's own metadata service in one large cloud.
_METADATA = frozenset((ipaddress.ip_address("168.63.129.16"),))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Postillion picture proxy)",
    "Accept": "image/webp, image/png, image/jpeg, image/gif",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_UNSAFE = "/:?#[]@!$&'()*+,;=%~-._"


class PictureError(Exception):
    """There is no picture to be had at this address, for the reason given."""


def is_public(address: str) -> bool:
    """Whether `address` is one of the open Internet, whatever IPv6 form an IPv4 address hides in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: ipaddress.IPv4Address | None = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1]) or None
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and ip not in _METADATA


class PictureFetcher:
    """Fetches within `seconds` in all; safe to share between threads.

    `permitted` and `ports` are what a test changes to reach servers of its own.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        permitted: Callable[[str], bool] = is_public,
        ports: Callable[[int], bool] = lambda port: port in _PORTS.values(),
        seconds: float = SECONDS,
        max_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver = resolver
        self._permitted = permitted
        self._ports = ports
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._tls = tls or ssl.create_default_context()

    def fetch(self, url: str) -> bytes:
        """The bytes at `url`; raises PictureError."""
        deadline = time.monotonic() + self._seconds
        for _ in range(_MAX_REDIRECTS + 1):
            found = self._request(url, deadline)
            if isinstance(found, bytes):
                return found
            url = found
        raise PictureError("too many redirects")

    def _request(self, url: str, deadline: float) -> bytes | str:
        """The body, or where the server sends us."""
        scheme, host, port, target = _parts(url)
        if not self._ports(port):
            raise PictureError(f"port {port} is not the web's")
        addresses = self._addresses(host)
        connection = _Connection(host, port, deadline)
        # A peer that sends a byte now and then passes every timeout of a read; not this one.
        guard = threading.Timer(max(deadline - time.monotonic(), 0), connection.cut)
        guard.daemon = True
        guard.start()
        try:
            connection.dial(addresses, self._tls if scheme == "https" else None)
            connection.request("GET", target, headers=_HEADERS)
            found = self._answer(connection.getresponse(), url)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise PictureError(f"{host}: {type(error).__name__}") from error
        finally:
            guard.cancel()
            connection.close()
        if time.monotonic() >= deadline:
            # What was cut may look like an end.
            raise PictureError(f"{host} is too slow")
        return found

    def _answer(self, response: http.client.HTTPResponse, url: str) -> bytes | str:
        if response.status in _REDIRECTS:
            location = response.headers.get("Location", "")
            return urljoin(url, location.encode("latin-1", "replace").decode("utf-8", "replace"))
        if response.status != http.client.OK:
            raise PictureError(f"answered {response.status}")
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced[:20]) > self._max_bytes:
            raise PictureError("too large")
        received = bytearray()
        while chunk := response.read1(1 << 16):
            received += chunk
            if len(received) > self._max_bytes:
                raise PictureError("too large")
        if announced.isdecimal() and len(received) < int(announced[:20]):
            raise PictureError("cut short")
        return bytes(received)

    def _addresses(self, host: str) -> list[str]:
        """The addresses of a host, all of them permitted: one that is not spoils the host."""
        try:
            found = [str(ipaddress.ip_address(host))]
        except ValueError:
            try:
                found = self._resolver.addresses(host)
            except (NoSuchNameError, NoAnswerError) as error:
                raise PictureError(str(error)) from error
        if not found or not all(map(self._permitted, found)):
            raise PictureError(f"{host} is not on the open Internet")
        return found


class _Connection(http.client.HTTPConnection):
    """An HTTP connection to an address that was checked before."""

    def __init__(self, host: str, port: int, deadline: float) -> None:
        super().__init__(host, port)
        self._deadline = deadline
        # http.client forgets its socket once the answer has begun.
        self._dialled: socket.socket | None = None

    def dial(self, addresses: list[str], tls: ssl.SSLContext | None) -> None:
        """Connect to the first address that answers; with `tls` the certificate must be the host's."""
        for address in addresses[:3]:
            left = self._deadline - time.monotonic()
            if left <= 0:
                break
            try:
                self.sock = self._dialled = socket.create_connection(
                    (address, self.port), timeout=min(left, 3.0)
                )
                if tls:
                    wrapped = tls.wrap_socket(
                        self.sock, server_hostname=self.host, do_handshake_on_connect=False
                    )
                    self.sock = self._dialled = wrapped
                    wrapped.do_handshake()
            except OSError:
                self.close()
                continue
            self.sock.settimeout(max(left, 0.1))
            return
        raise PictureError(f"{self.host} does not answer")

    def cut(self) -> None:
        """End what goes on in another thread: the time is over."""
        if self._dialled is not None:
            with suppress(OSError):
                # The TLS layer's own shutdown is not to be called from another thread.
                socket.socket.shutdown(self._dialled, socket.SHUT_RDWR)


def _parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, and path with query of a web address; raises PictureError for any other."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:
        raise PictureError("no web address") from error
    if scheme not in _PORTS or not host or any(letter <= " " for letter in host):
        raise PictureError("no web address")
    target = quote(parts.path or "/", safe=_UNSAFE)
    if parts.query:
        target += "?" + quote(parts.query, safe=_UNSAFE)
    return scheme, host, port or _PORTS[scheme], target
