"""GET /healthz: does every part of this installation work?"""

import socket
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from webmail import heartbeat

_MAIL_SECONDS = 2.0


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _greets(probe: str, greeting: bytes, parting: bytes) -> bool:
    """Read the greeting of a mail server and leave politely."""
    host, _, port = probe.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), _MAIL_SECONDS) as peer:
        said = peer.recv(512)
        peer.sendall(parting)
        return said.startswith(greeting)


def _smtp() -> bool:
    """RFC 5321 §3.1."""
    return _greets(settings.SMTP_PROBE, b"220", b"QUIT\r\n")


def _imap() -> bool:
    """RFC 9051 §7.1."""
    return _greets(settings.IMAP_PROBE, b"* OK", b"a LOGOUT\r\n")


def _pop3() -> bool:
    """RFC 1939 §4."""
    return _greets(settings.POP3_PROBE, b"+OK", b"QUIT\r\n")


PARTS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "smtp": _smtp,
    "imap": _imap,
    "pop3": _pop3,
    "worker": heartbeat.is_alive,
}


def _state(works: Callable[[], bool]) -> str:
    try:
        return "ok" if works() else "broken"
    except (OSError, DatabaseError):
        return "broken"


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, 503 otherwise; a part that isn't installed isn't named."""
    installed = {name: works for name, works in PARTS.items() if name != "pop3" or settings.POP3_PROBE}
    parts = {"web": "ok"} | {name: _state(works) for name, works in installed.items()}
    well = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "broken", "parts": parts}, status=200 if well else 503)
