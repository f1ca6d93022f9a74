"""The certificate of the mail servers: that of the settings, or one that makes itself."""

from pathlib import Path

from django.conf import settings

from mailserver import tls


def certificate() -> tls.Certificate:
    """Load it."""
    if settings.TLS_CERT:
        return tls.Certificate(Path(settings.TLS_CERT), Path(settings.TLS_KEY or settings.TLS_CERT))
    return tls.self_signed(settings.DATA_DIR / "tls.pem", settings.MAIL_HOSTNAME)
