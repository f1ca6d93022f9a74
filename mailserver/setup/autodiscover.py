"""Settings for Outlook, as it asks for them: Autodiscover (MS-OXDSCLI §3.1.5, plain XML)."""

from xml.etree import ElementTree as Xml
from xml.parsers import expat

from .document import leaves, written
from .service import Security, Service, by_preference

MAX_REQUEST_BYTES = 16 * 1024
_MAX_DEPTH = 20
_MAX_ADDRESS = 320

_ANSWER = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
_OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
_TYPES = {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP"}
_ENCRYPTION = {Security.TLS: "SSL", Security.STARTTLS: "TLS", Security.NONE: "None"}


class BadRequestError(ValueError):
    """It is no request for settings."""


def asked_address(body: bytes) -> str:
    """The address whose settings are asked for.

    Raises BadRequestError for anything else, and for what XML allows and nobody needs here: a DOCTYPE, with
    which come entities (XXE), and elements without end.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(body[: MAX_REQUEST_BYTES + 1], True)
    except (expat.ExpatError, ValueError) as error:
        raise BadRequestError(str(error)) from error
    if len(body) > MAX_REQUEST_BYTES or "@" not in reader.address:
        raise BadRequestError("it names no address")
    return reader.address


class _Reader:
    """Reads one element's text, and refuses what is not needed."""

    def __init__(self) -> None:
        self.address = ""
        self._open: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_: object) -> None:
        raise BadRequestError("a DOCTYPE is not taken")

    def _begin(self, name: str, _attributes: object) -> None:
        self._open.append(name.rpartition(" ")[2].lower())
        if len(self._open) > _MAX_DEPTH:
            raise BadRequestError("it is nested too deep")

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open and self._open[-1] == "emailaddress":
            self.address = (self.address + text).strip()[:_MAX_ADDRESS]


def settings_answer(address: str, services: tuple[Service, ...]) -> bytes:
    """The settings of an account: of each protocol the safest service."""
    root, response = _root(_OUTLOOK)
    account = Xml.SubElement(response, "Account")
    leaves(account, (("AccountType", "email"), ("Action", "settings")))
    for protocol, name in _TYPES.items():
        for service in by_preference(services, protocol)[:1]:
            values = (
                ("Type", name),
                ("Server", service.host),
                ("Port", str(service.port)),
                ("DomainRequired", "off"),
                ("LoginName", address),
                ("SPA", "off"),
                ("SSL", "off" if service.security == Security.NONE else "on"),
                ("Encryption", _ENCRYPTION[service.security]),
                ("AuthRequired", "on"),
            )
            leaves(Xml.SubElement(account, "Protocol"), values)
    return written(root)


def error_answer(code: int, message: str) -> bytes:
    """Say why there are no settings; 600 is a request that can't be read, 601 an address of others."""
    root, response = _root(_ANSWER)
    error = Xml.SubElement(response, "Error")
    leaves(error, (("ErrorCode", str(code)), ("Message", message), ("DebugData", "")))
    return written(root)


def _root(schema: str) -> tuple[Xml.Element, Xml.Element]:
    root = Xml.Element("Autodiscover", xmlns=_ANSWER)
    return root, Xml.SubElement(root, "Response", xmlns=schema)
