"""A container's health check, by the name of what it runs: web (default), live, smtp, imap or worker.

    python -m tools.healthy [PART]

Exit status 0 when the part works. The worker's sign of life stands in the cache that all services share.
"""

import os
import socket
import sys
import urllib.request
from collections.abc import Callable


def _port(name: str) -> int:
    return int(os.environ[name].rpartition(":")[2])


def _web() -> bool:
    """The whole installation answers: pages, database, SMTP, IMAP, POP3 and worker."""
    url = f"http://127.0.0.1:{_port('HTTP_LISTEN')}/healthz"
    with urllib.request.urlopen(url, timeout=5) as answer:
        return bool(answer.status == 200)


def _live() -> bool:
    """Somebody accepts connections; whether the parts behind work is for web to say."""
    with socket.create_connection(("127.0.0.1", _port("HTTP_LISTEN")), 5):
        return True


def _greets(listen: str, greeting: bytes, parting: bytes) -> bool:
    with socket.create_connection(("127.0.0.1", _port(listen)), 5) as peer:
        said = peer.recv(512)
        peer.sendall(parting)
        return said.startswith(greeting)


def _smtp() -> bool:
    """The greeting comes (RFC 5321 §3.1)."""
    return _greets("SMTP_LISTEN", b"220", b"QUIT\r\n")


def _imap() -> bool:
    """The greeting comes (RFC 9051 §7.1)."""
    return _greets("IMAP_LISTEN", b"* OK", b"a LOGOUT\r\n")


def _pop3() -> bool:
    """The greeting comes (RFC 1939 §4)."""
    return _greets("POP3_LISTEN", b"+OK", b"QUIT\r\n")


def _mail_programs() -> bool:
    """IMAP and POP3 are served by the same processes."""
    return _imap() and (not os.environ.get("POP3_LISTEN") or _pop3())


def _worker() -> bool:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmail.settings")
    from webmail import heartbeat  # noqa: PLC0415 (needs settings)

    return heartbeat.is_alive()


PARTS: dict[str, Callable[[], bool]] = {
    "web": _web,
    "live": _live,
    "smtp": _smtp,
    "imap": _mail_programs,
    "worker": _worker,
}


def main() -> int:
    """0 when well, 1 when not."""
    part = sys.argv[1] if len(sys.argv) > 1 else "web"
    try:
        return 0 if PARTS[part]() else 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
