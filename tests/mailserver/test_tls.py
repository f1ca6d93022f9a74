"""The certificate makes itself once, and a renewed one is taken without a restart."""

import os
import ssl
import stat
from pathlib import Path

from mailserver import tls
from tests.logs import LogWatch


def _renew(path: Path, octets: bytes) -> None:
    before = path.stat().st_mtime_ns
    path.write_bytes(octets)
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def test_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tls.pem"
    tls.self_signed(path, "mx.here.test")
    made = path.read_bytes()
    tls.self_signed(path, "mx.here.test")
    assert path.read_bytes() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["tls.pem"]


def test_a_renewed_certificate_is_loaded(tmp_path: Path) -> None:
    certificate = tls.self_signed(tmp_path / "tls.pem", "mx.here.test")
    tls.self_signed(tmp_path / "next.pem", "mx.here.test")
    _renew(tmp_path / "tls.pem", (tmp_path / "next.pem").read_bytes())
    assert _presented(certificate.context()) == _der(tmp_path / "next.pem")


def test_a_broken_certificate_is_not_taken(tmp_path: Path, log_watch: LogWatch) -> None:
    log_watch.expect("can't be used")
    path = tmp_path / "tls.pem"
    certificate = tls.self_signed(path, "mx.here.test")
    before = _der(path)
    _renew(path, b"no certificate")
    assert _presented(certificate.context()) == before


def test_a_chain_that_comes_before_its_key_waits_for_it(tmp_path: Path, log_watch: LogWatch) -> None:
    log_watch.expect("can't be used")
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    tls.self_signed(old, "mx.here.test")
    tls.self_signed(new, "mx.here.test")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(old.read_bytes())
    key.write_bytes(old.read_bytes())
    certificate = tls.Certificate(chain, key)
    _renew(chain, new.read_bytes())
    assert _presented(certificate.context()) == _der(old)
    _renew(key, new.read_bytes())
    assert _presented(certificate.context()) == _der(new)


def _der(path: Path) -> bytes:
    text = path.read_text()
    return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :])


def _presented(server_context: ssl.SSLContext) -> bytes | None:
    """The certificate that a handshake in memory shows."""
    client_context = ssl.create_default_context()
    client_context.check_hostname, client_context.verify_mode = False, ssl.CERT_NONE
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(down, up)
    server = server_context.wrap_bio(up, down, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return client.getpeercert(binary_form=True)
