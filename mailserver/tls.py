"""TLS for servers: a certificate that makes itself when none is given, and is reloaded when it changes."""

import asyncio.sslproto
import datetime as dt
import logging
import os
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

log = logging.getLogger(__name__)

_VALID_FOR = dt.timedelta(days=3650)
# asyncio gives each TLS connection a read buffer of 256 KiB, idle or not; one record has at most 16 KiB.
_READ_BUFFER_BYTES = 16 * 1024


class Certificate:
    """A server's certificate chain and key, as PEM files; both may be in one."""

    def __init__(self, chain: Path, key: Path) -> None:
        self._chain, self._key = chain, key
        self._lock = threading.Lock()
        self._loaded = self._version()
        self._context = self._load()

    def context(self) -> ssl.SSLContext:
        """The context for the next handshake; a renewed certificate is in it, a broken one is not."""
        with self._lock:
            version = self._version()
            if version != self._loaded:
                self._loaded = version
                try:
                    self._context = self._load()
                except (OSError, ssl.SSLError):
                    log.warning("%s can't be used, the certificate before stays", self._chain)
        return self._context

    def _load(self) -> ssl.SSLContext:
        """Make a new context: a chain without its key would leave the old one with neither."""
        context = _server_context()
        context.load_cert_chain(self._chain, self._key)
        return context

    def _version(self) -> tuple[int, ...]:
        try:
            return tuple(path.stat().st_mtime_ns for path in (self._chain, self._key))
        except FileNotFoundError:
            return ()


def self_signed(path: Path, hostname: str) -> Certificate:
    """The certificate at `path`, made when there is none: enough for STARTTLS between mail servers."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        draft.touch(mode=0o600)
        draft.write_bytes(_make(hostname))
        try:
            # Of two processes at their first start, one wins and both use its certificate.
            path.hardlink_to(draft)
        except FileExistsError:
            log.debug("%s was made by another process", path)
        finally:
            draft.unlink()
    return Certificate(path, path)


def _server_context() -> ssl.SSLContext:
    asyncio.sslproto.SSLProtocol.max_size = _READ_BUFFER_BYTES
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    return context


def _make(hostname: str) -> bytes:
    """Key and certificate as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hostname[:64])])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + _VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(hostname)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
