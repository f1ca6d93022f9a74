"""Settings for iPhone, iPad and Mac: a configuration profile (Apple, com.apple.mail.managed)."""

import plistlib
import uuid

from .service import Security, Service, by_preference

_SPACE = uuid.UUID("7d2c0b0e-6d0c-5b0f-9a55-8d2d3f4f5f10")
_KINDS = {"imap": "EmailTypeIMAP", "pop3": "EmailTypePOP"}


def profile(address: str, name: str, title: str, services: tuple[Service, ...]) -> bytes:
    """A profile that sets up the mail of an account; raises LookupError where a service is missing.

    It holds no password: the device asks for it. The same account gets the same identifiers, so that a new
    profile takes the place of the old one.
    """
    incoming = (by_preference(services, "imap") or by_preference(services, "pop3"))[:1]
    outgoing = by_preference(services, "smtp")[:1]
    if not incoming or not outgoing:
        raise LookupError("mail programs need a service for reading and one for sending")
    mail: dict[str, object] = {
        "PayloadType": "com.apple.mail.managed",
        "EmailAccountDescription": address,
        "EmailAccountName": name or address,
        "EmailAccountType": _KINDS[incoming[0].protocol],
        "EmailAddress": address,
        "SMIMEEnabled": False,
        "OutgoingPasswordSameAsIncomingPassword": True,
        "PreventMove": False,
    }
    mail |= _server("Incoming", incoming[0], address) | _server("Outgoing", outgoing[0], address)
    mail |= _identity(address, "mail", title)
    whole: dict[str, object] = {
        "PayloadType": "Configuration",
        "PayloadContent": [mail],
        "PayloadOrganization": title,
    }
    return plistlib.dumps(whole | _identity(address, "profile", title))


def _server(way: str, service: Service, address: str) -> dict[str, object]:
    prefix = f"{way}MailServer"
    return {
        f"{prefix}Authentication": "EmailAuthPassword",
        f"{prefix}HostName": service.host,
        f"{prefix}PortNumber": service.port,
        f"{prefix}UseSSL": service.security != Security.NONE,
        f"{prefix}Username": address,
    }


def _identity(address: str, part: str, title: str) -> dict[str, object]:
    domain = address.rpartition("@")[2]
    reverse = ".".join(reversed(domain.split(".")))
    local = uuid.uuid5(_SPACE, address)
    return {
        "PayloadDisplayName": title,
        "PayloadIdentifier": f"{reverse}.mail.{local}.{part}",
        "PayloadUUID": str(uuid.uuid5(_SPACE, f"{address} {part}")).upper(),
        "PayloadVersion": 1,
    }
