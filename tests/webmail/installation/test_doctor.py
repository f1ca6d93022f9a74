"""The doctor's findings, in a terminal and on the administration's page."""

import socket
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mailserver import tls
from tests.names import Names
from tests.people import Person
from webmail.store import signing_keys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "localhost"
    settings.MAIL_ROUTES = ""
    settings.TLS_CERT = ""


@pytest.fixture
def mail_port(settings: Settings) -> Iterator[int]:
    """Somebody greets as the mail server here, and is who is asked outside."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"220 localhost ESMTP\r\n")

        threading.Thread(target=serve, daemon=True).start()
        port = server.getsockname()[1]
        settings.PUBLIC_PORTS = {"smtp": port, "imaps": 993}
        settings.IMAPS_LISTEN = "0.0.0.0:2993"
        settings.DOCTOR_PEERS = [f"127.0.0.1:{port}"]
        yield port
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def shut_port(settings: Settings) -> int:
    """Nobody answers, neither here nor outside."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    settings.PUBLIC_PORTS = {"smtp": port}
    settings.DOCTOR_PEERS = [f"127.0.0.1:{port}"]
    return port


def doctor(*domains: str) -> tuple[str, str]:
    """What it says, and with what it fails."""
    out = StringIO()
    try:
        call_command("doctor", *domains, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_a_smarthost_is_tried_as_mail_goes_and_its_password_is_not_told(
    alice: Person, mail_port: int, settings: Settings
) -> None:
    settings.MAIL_ROUTES = f"*=us:secret@127.0.0.1:{mail_port}"
    settings.DOCTOR_PEERS = []
    with Names({}) as names:
        settings.DNS_RESOLVER = names.server
        said, failed = doctor("crepes.test")
    assert "The smarthost does not answer." not in said
    with socket.create_server(("127.0.0.1", 0)) as taken:
        shut = taken.getsockname()[1]
    settings.MAIL_ROUTES = f"*=us:secret@127.0.0.1:{shut}"
    with Names({}) as names:
        settings.DNS_RESOLVER = names.server
        more, _ = doctor("crepes.test")
    assert "The smarthost does not answer." in more
    assert f"127.0.0.1:{shut}" in more
    assert "secret" not in said + failed + more


@pytest.mark.usefixtures("shut_port")
def test_the_keys_that_sign_are_told_too(alice: Person, settings: Settings) -> None:
    signing_keys.make_missing()
    keys = signing_keys.listing(["crepes.test"])
    with Names({}) as names:
        settings.DNS_RESOLVER = names.server
        said, _ = doctor("crepes.test")
    assert len(keys) == 2
    for key in keys:
        assert f"{key.selector}._domainkey.crepes.test" in said
        assert key.record in said


@pytest.mark.usefixtures("shut_port")
def test_a_fresh_installation_is_told_what_to_paste(alice: Person, settings: Settings) -> None:
    with Names({}) as names:
        settings.DNS_RESOLVER = names.server
        said, failed = doctor()
    assert 'crepes.test. TXT "v=spf1 mx -all"' in said
    assert "crepes.test. MX 10 localhost." in said
    assert "MAIL_ROUTES=*=smtp.example.com:587" in said
    # The name, the MX, port 25 both ways, and a certificate that isn't there.
    assert failed.startswith("5 of these")


@pytest.mark.usefixtures("mail_port")
def test_what_is_right_is_not_to_be_pasted(alice: Person, settings: Settings) -> None:
    tls.self_signed(settings.DATA_DIR / "tls.pem", "localhost")
    records = {
        "localhost": {"A": ["127.0.0.1"]},
        "1.0.0.127.in-addr.arpa": {"PTR": ["localhost."]},
        "crepes.test": {"MX": ["10 localhost."], "TXT": ['"v=spf1 mx -all"']},
    }
    with Names(records) as names:
        settings.DNS_RESOLVER = names.server
        said, failed = doctor("crepes.test")
    assert failed == ""
    assert 'TXT "v=spf1' not in said
    assert "_dmarc.crepes.test. TXT" in said
    assert "_imaps._tcp.crepes.test. SRV 0 1 993 localhost." in said
    assert "vouches for itself" in said


@pytest.mark.usefixtures("shut_port")
def test_a_smarthost_is_asked_in_place_of_others(alice: Person, settings: Settings) -> None:
    settings.MAIL_ROUTES = f"*={settings.DOCTOR_PEERS[0]}"
    with Names({}) as names:
        settings.DNS_RESOLVER = names.server
        said, _ = doctor()
    assert "The smarthost does not answer." in said


def test_only_domains_of_ours(alice: Person) -> None:
    with pytest.raises(CommandError, match=r"other\.test"):
        call_command("doctor", "other.test")


@pytest.mark.usefixtures("mail_port")
def test_the_page_shows_the_same(client: Client, alice: Person, settings: Settings) -> None:
    url = reverse("admin:webmail_domain_dns", args=[alice.account.domain_id])
    client.force_login(alice.user)
    assert client.get(url).status_code == 302
    alice.user.is_staff = True
    alice.user.save()
    assert client.get(url).status_code == 403
    alice.user.is_superuser = True
    alice.user.save()
    with Names({"crepes.test": {"TXT": ['"v=spf1 <script> +all"']}}) as names:
        settings.DNS_RESOLVER = names.server
        page = client.get(url).content.decode()
    assert 'value="10 localhost."' in page
    assert "It lets everybody send for this domain." in page
    assert "v=spf1 &lt;script&gt; +all" in page
    assert client.get(reverse("admin:webmail_domain_dns", args=[10**6])).status_code == 404
