"""Settings for Thunderbird and its kin, as they look for them (Mozilla's autoconfig, config-v1.1.xml)."""

from xml.etree import ElementTree as Xml

from .document import leaves, written
from .service import Security, Service, by_preference

_SOCKETS = {Security.TLS: "SSL", Security.STARTTLS: "STARTTLS", Security.NONE: "plain"}


def client_config(domain: str, services: tuple[Service, ...]) -> bytes:
    """The document for a domain: every service, those to be tried first in front."""
    root = Xml.Element("clientConfig", version="1.1")
    provider = Xml.SubElement(root, "emailProvider", id=domain)
    leaves(provider, (("domain", domain), ("displayName", domain), ("displayShortName", domain)))
    for protocol in ("imap", "pop3", "smtp"):
        for service in by_preference(services, protocol):
            kind = "outgoingServer" if protocol == "smtp" else "incomingServer"
            server = Xml.SubElement(provider, kind, type=protocol)
            leaves(
                server,
                (
                    ("hostname", service.host),
                    ("port", str(service.port)),
                    ("socketType", _SOCKETS[service.security]),
                    ("authentication", "password-cleartext"),
                    ("username", "%EMAILADDRESS%"),
                ),
            )
    return written(root)
