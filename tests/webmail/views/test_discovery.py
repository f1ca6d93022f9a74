"""What programs ask a domain for: settings of Thunderbird, Outlook and Apple Mail, and the TLS policy."""

import plistlib
from xml.etree import ElementTree as Xml

import pytest
from django.test import Client
from pytest_django import Settings

from tests.people import Person

pytestmark = pytest.mark.usefixtures("alice")
REQUEST = """<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
<EMailAddress>{}</EMailAddress>
<AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\
</AcceptableResponseSchema></Request></Autodiscover>"""
OUTLOOK = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
PLAIN = "{http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006}"


@pytest.fixture(autouse=True)
def _doors(settings: Settings) -> None:
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    settings.SUBMISSION_LISTEN, settings.SUBMISSIONS_LISTEN = "0.0.0.0:2587,[::]:2587", "0.0.0.0:2465"
    settings.IMAP_LISTEN, settings.IMAPS_LISTEN = "0.0.0.0:2143", "0.0.0.0:993"
    settings.POP3_LISTEN, settings.POP3S_LISTEN = "", ""
    settings.PUBLIC_PORTS = {"submission": 587, "submissions": 465}


def post(client: Client, body: str | bytes, path: str = "/autodiscover/autodiscover.xml") -> Xml.Element:
    answer = client.post(path, body, content_type="text/xml", headers={"host": "autodiscover.crepes.test"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return Xml.fromstring(answer.content)


def error_code(root: Xml.Element) -> str | None:
    return root.findtext(f"{PLAIN}Response/{PLAIN}Error/{PLAIN}ErrorCode")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("/mail/config-v1.1.xml?emailaddress=Alice%40Crepes.test", "autoconfig.crepes.test"),
        ("/mail/config-v1.1.xml", "autoconfig.crepes.test:443"),
        ("/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=x@crepes.test", "crepes.test"),
    ],
)
def test_thunderbird_is_told_every_server(client: Client, url: str, host: str) -> None:
    answer = client.get(url, headers={"host": host})
    provider = Xml.fromstring(answer.content).find("emailProvider")
    assert provider is not None
    assert (provider.get("id"), provider.findtext("domain")) == ("crepes.test", "crepes.test")
    told = [
        (server.get("type"), *(server.findtext(name) for name in ("hostname", "port", "socketType")))
        for server in provider
        if server.tag.endswith("Server")
    ]
    host = "mx.crepes.test"
    assert told == [
        ("imap", host, "993", "SSL"),
        ("imap", host, "2143", "STARTTLS"),
        ("smtp", host, "465", "SSL"),
        ("smtp", host, "587", "STARTTLS"),
    ]
    assert provider.findtext("incomingServer/username") == "%EMAILADDRESS%"


@pytest.mark.parametrize(
    "url",
    [
        "/mail/config-v1.1.xml",
        "/mail/config-v1.1.xml?emailaddress=alice@other.test",
        "/mail/config-v1.1.xml?emailaddress=%00@%F0%9F%98%80",
        "/.well-known/mta-sts.txt",
    ],
)
def test_other_domains_are_not_ours(client: Client, url: str) -> None:
    assert client.get(url, headers={"host": "autoconfig.other.test"}).status_code == 404
    assert client.post(url, headers={"host": "autoconfig.crepes.test"}).status_code == 405


@pytest.mark.parametrize("path", ["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml"])
def test_outlook_is_told_the_safest_servers(client: Client, path: str) -> None:
    root = post(client, REQUEST.format("Alice@Crepes.test"), path)
    account = root.find(f"{OUTLOOK}Response/{OUTLOOK}Account")
    assert account is not None
    assert account.findtext(f"{OUTLOOK}Action") == "settings"
    names = ("Type", "Server", "Port", "SSL", "Encryption", "LoginName")
    told = [
        tuple(each.findtext(OUTLOOK + name) for name in names)
        for each in account.findall(f"{OUTLOOK}Protocol")
    ]
    assert told == [
        ("IMAP", "mx.crepes.test", "993", "on", "SSL", "alice@crepes.test"),
        ("SMTP", "mx.crepes.test", "465", "on", "SSL", "alice@crepes.test"),
    ]


def test_whether_somebody_exists_is_not_told(client: Client) -> None:
    assert error_code(post(client, REQUEST.format("nobody@crepes.test"))) is None
    assert error_code(post(client, REQUEST.format("alice@other.test"))) == "601"


ENTITY = (
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + REQUEST.format("&x;@crepes.test").partition("?>")[2]
)
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    + "]><EMailAddress>&l11;@crepes.test</EMailAddress>"
)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no xml",
        "<a>" * 1000,
        "<a>" * 50 + "</a>" * 50,
        REQUEST.format(""),
        REQUEST.format("no address"),
        REQUEST.format("a@b@c"),
        REQUEST.format("x" * 1000 + "@crepes.test"),
        ENTITY,
        LAUGHS,
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><EMailAddress>alice@crepes.test</EMailAddress>',
        b"\xff\xfe\x00<a",
    ],
)
def test_hostile_requests_are_refused(client: Client, body: str | bytes) -> None:
    assert error_code(post(client, body)) == "600"


def test_a_huge_request_is_not_read(client: Client) -> None:
    body = REQUEST.format("alice@crepes.test") + " " * 20_000
    answer = client.post("/autodiscover/autodiscover.xml", body, content_type="text/xml")
    assert answer.status_code == 413
    assert client.get("/autodiscover/autodiscover.xml").status_code == 405


def test_the_tls_policy_is_that_of_the_host(client: Client) -> None:
    answer = client.get("/.well-known/mta-sts.txt", headers={"host": "MTA-STS.crepes.test"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "version: STSv1",
        "mode: enforce",
        "mx: mx.crepes.test",
        "max_age: 604800",
    ]
    assert client.get("/.well-known/mta-sts.txt").status_code == 404
    # No other page is to be had under such a name.
    assert client.get("/", headers={"host": "mta-sts.crepes.test"}).status_code == 404


def test_a_profile_sets_up_an_iphone(web: Client, alice: Person) -> None:
    page = web.get("/settings/programs/").content.decode()
    assert "mx.crepes.test" in page
    assert "/settings/programs/apple/" in page
    answer = web.get("/settings/programs/apple/")
    assert answer["Content-Type"] == "application/x-apple-aspen-config"
    whole = plistlib.loads(answer.content)
    (mail,) = whole["PayloadContent"]
    assert mail["EmailAddress"] == mail["IncomingMailServerUsername"] == alice.address
    assert (mail["IncomingMailServerPortNumber"], mail["IncomingMailServerUseSSL"]) == (993, True)
    assert (mail["OutgoingMailServerPortNumber"], mail["OutgoingMailServerHostName"]) == (
        465,
        "mx.crepes.test",
    )
    assert not {"IncomingPassword", "OutgoingPassword"} & mail.keys()
    again = plistlib.loads(web.get("/settings/programs/apple/").content)
    assert whole["PayloadUUID"] == again["PayloadUUID"] != mail["PayloadUUID"]


def test_without_doors_there_is_no_profile(web: Client, settings: Settings) -> None:
    settings.IMAP_LISTEN = settings.IMAPS_LISTEN = ""
    page = web.get("/settings/programs/").content.decode()
    assert "/settings/programs/apple/" not in page
    assert web.get("/settings/programs/apple/").status_code == 404
