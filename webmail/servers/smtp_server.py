"""The SMTP server as the settings want it."""

from pathlib import Path

from django.conf import settings

from mailserver import tls
from mailserver.limits import ConnectionLimiter
from mailserver.smtp.limits import Limits
from mailserver.smtp.server import Server

from .commit_turn import CommitTurn
from .smtp_backend import SmtpBackend


def make_limiter() -> ConnectionLimiter:
    """Count the connections of all processes that are forked after this."""
    return ConnectionLimiter(
        settings.SMTP_CONNECTIONS_PER_IP,
        settings.SMTP_CONNECTIONS_PER_MINUTE,
        processes=settings.SMTP_PROCESSES,
    )


def make_server(limiter: ConnectionLimiter) -> Server:
    """One process's share of the SMTP server."""
    spool = _spool()
    return Server(
        SmtpBackend(),
        hostname=settings.MAIL_HOSTNAME,
        spool=spool,
        limits=Limits(
            message_bytes=settings.MAX_MESSAGE_BYTES,
            recipients=settings.MAX_RECIPIENTS,
        ),
        limiter=limiter,
        tls=certificate().context,
        turn=CommitTurn(spool / "turn"),
    )


def _spool() -> Path:
    path: Path = settings.DATA_DIR / "spool"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def certificate() -> tls.Certificate:
    """The certificate of all doors: the operator's, or one that was made here."""
    if settings.TLS_CERT:
        return tls.Certificate(Path(settings.TLS_CERT), Path(settings.TLS_KEY or settings.TLS_CERT))
    return tls.self_signed(settings.DATA_DIR / "tls.pem", settings.MAIL_HOSTNAME)
