"""Settings for Thunderbird and its kin, as they look for them (Mozilla's autoconfig, config-v1.1.xml)."""

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from .service import Security, Service, by_preference

_SOCKETS = {Security.TLS: "SSL", Security.STARTTLS: "STARTTLS", Security.NONE: "plain"}


def client_config(domain: str, services: tuple[Service, ...]) -> bytes:
    """The document for a domain: every service, those to be tried first in front."""
    root = Xml.Element("clientConfig", version="1.1")
    provider = Xml.SubElement(root, "emailProvider", id=domain)
    _leaves(provider, (("domain", domain), ("displayName", domain), ("displayShortName", domain)))
    for protocol in ("imap", "pop3", "smtp"):
        for service in by_preference(services, protocol):
            kind = "outgoingServer" if protocol == "smtp" else "incomingServer"
            server = Xml.SubElement(provider, kind, type=protocol)
            _leaves(
                server,
                (
                    ("hostname", service.host),
                    ("port", str(service.port)),
                    ("socketType", _SOCKETS[service.security]),
                    ("authentication", "password-cleartext"),
                    ("username", "%EMAILADDRESS%"),
                ),
            )
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _leaves(parent: Xml.Element, values: Iterable[tuple[str, str]]) -> None:
    for name, text in values:
        Xml.SubElement(parent, name).text = text
