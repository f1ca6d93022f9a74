"""The SMTP servers as the settings want them: for mail from anybody, and for our own people's."""

from pathlib import Path

from django.conf import settings

from mailserver.limits import ConnectionLimiter
from mailserver.networks import Networks
from mailserver.smtp.limits import Limits
from mailserver.smtp.server import Server
from mailserver.smtp.submission import Submission

from .certificate import certificate
from .commit_turn import CommitTurn
from .smtp_backend import SmtpBackend
from .submission_backend import SubmissionBackend


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
        limits=_limits(),
        limiter=limiter,
        tls=certificate().context,
        turn=CommitTurn(spool / "turn"),
        proxies=Networks(settings.PROXY_FROM),
    )


def make_submission_server(limiter: ConnectionLimiter) -> Server:
    """One process's share of the submission server."""
    spool = _spool()
    return Server(
        SubmissionBackend(),
        hostname=settings.MAIL_HOSTNAME,
        spool=spool,
        receiver=Submission,
        limits=_limits(),
        limiter=limiter,
        tls=certificate().context,
        turn=CommitTurn(spool / "turn"),
        plaintext_auth=settings.PLAINTEXT_AUTH,
        proxies=Networks(settings.PROXY_FROM),
    )


def _limits() -> Limits:
    return Limits(message_bytes=settings.MAX_MESSAGE_BYTES, recipients=settings.MAX_RECIPIENTS)


def _spool() -> Path:
    path: Path = settings.DATA_DIR / "spool"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
