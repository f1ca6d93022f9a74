"""The services that mail programs use, from where this installation listens."""

from collections.abc import Iterator

from django.conf import settings

from mailserver.dns import split_host_port
from mailserver.setup.service import Security, Service

# The setting that says where it listens, the name of its port in PUBLIC_PORTS, protocol and security.
_DOORS = (
    ("SUBMISSIONS_LISTEN", "submissions", "smtp", Security.TLS),
    ("SUBMISSION_LISTEN", "submission", "smtp", Security.STARTTLS),
    ("IMAPS_LISTEN", "imaps", "imap", Security.TLS),
    ("IMAP_LISTEN", "imap", "imap", Security.STARTTLS),
    ("POP3S_LISTEN", "pop3s", "pop3", Security.TLS),
    ("POP3_LISTEN", "pop3", "pop3", Security.STARTTLS),
)


def services() -> tuple[Service, ...]:
    """Every service that is offered, the safer form of each first."""
    return tuple(_offered())


def smtp_port() -> int:
    """The port at which other servers reach us."""
    return settings.PUBLIC_PORTS.get("smtp", 25)


def _offered() -> Iterator[Service]:
    for setting, name, protocol, security in _DOORS:
        listen = getattr(settings, setting).partition(",")[0]
        if listen:
            _, port = split_host_port(listen, 0)
            public = settings.PUBLIC_PORTS.get(name, port)
            yield Service(protocol, settings.MAIL_HOSTNAME, public, security)
