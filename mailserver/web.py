"""One exchange with a web server that a stranger named: it must not lead into our own network.

The host is resolved once, every address of it is checked, and the checked address is the one dialled (no
rebinding). No cookies, no referrer, no redirect followed, and a bound on the time of all of it.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from .dns import NoAnswerError, NoSuchNameError, Resolver, is_public

_PORTS: Mapping[str, int] = {"http": 80, "https": 443}
_UNSAFE = "/:?#[]@!$&'()*+,;=%~-._"


class WebError(Exception):
    """There was no exchange, for the reason given."""


class CertificateError(WebError):
    """The host answers, with a certificate that is not its own or nobody vouches for."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of which address."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def addresses_of(resolver: Resolver, host: str) -> list[str]:
    """The addresses of a host, which may be one itself; raises NoSuchNameError or NoAnswerError."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return resolver.addresses(host)


class Web:
    """The open web, as far as it is `permitted`; safe to share between threads.

    `permitted`, `ports` and `tls` are what a test changes to reach servers of its own.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        permitted: Callable[[str], bool] = is_public,
        ports: Callable[[int], bool] = lambda port: port in _PORTS.values(),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver = resolver
        self._permitted = permitted
        self._ports = ports
        self._tls = tls or ssl.create_default_context()

    def exchange[T](
        self, request: Request, deadline: float, take: Callable[[http.client.HTTPResponse], T]
    ) -> T:
        """Send a request and `take` what is wanted of the answer; over at `deadline`, of `time.monotonic`.

        Raises WebError, and what `take` raises beyond OSError, ValueError and HTTPException.
        """
        scheme, host, port, target = parts(request.url)
        if not self._ports(port):
            raise WebError(f"port {port} is not the web's")
        addresses = self._addresses(host)
        connection = _Connection(host, port, deadline)
        # A peer that sends a byte now and then passes every timeout of a read; not this one.
        guard = threading.Timer(max(deadline - time.monotonic(), 0), connection.cut)
        guard.daemon = True
        guard.start()
        try:
            connection.dial(addresses, self._tls if scheme == "https" else None)
            connection.request(request.method, target, body=request.body, headers=dict(request.headers))
            found = take(connection.getresponse())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise WebError(f"{host}: {type(error).__name__}") from error
        finally:
            guard.cancel()
            connection.close()
        if time.monotonic() >= deadline:
            # What was cut may look like an end.
            raise WebError(f"{host} is too slow")
        return found

    def _addresses(self, host: str) -> list[str]:
        """The addresses of a host, all of them permitted: one that is not spoils the host."""
        try:
            found = addresses_of(self._resolver, host)
        except (NoSuchNameError, NoAnswerError) as error:
            raise WebError(str(error)) from error
        if not found or not all(map(self._permitted, found)):
            raise WebError(f"{host} is not on the open Internet")
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
        distrusted = ""
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
            except OSError as error:
                if isinstance(error, ssl.SSLCertVerificationError):
                    distrusted = error.verify_message
                self.close()
                continue
            self.sock.settimeout(max(left, 0.1))
            return
        if distrusted:
            raise CertificateError(f"the certificate of {self.host}: {distrusted}")
        raise WebError(f"{self.host} does not answer")

    def cut(self) -> None:
        """End what goes on in another thread: the time is over."""
        if self._dialled is not None:
            with suppress(OSError):
                # The TLS layer's own shutdown is not to be called from another thread.
                socket.socket.shutdown(self._dialled, socket.SHUT_RDWR)


def parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, and path with query of a web address; raises WebError for any other."""
    try:
        split = urlsplit(url)
        scheme, host, port = split.scheme.lower(), split.hostname or "", split.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:
        raise WebError("no web address") from error
    if scheme not in _PORTS or not host or any(letter <= " " for letter in host):
        raise WebError("no web address")
    target = quote(split.path or "/", safe=_UNSAFE)
    if split.query:
        target += "?" + quote(split.query, safe=_UNSAFE)
    return scheme, host, port or _PORTS[scheme], target
