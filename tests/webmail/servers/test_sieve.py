"""ManageSieve on the store: a person's rules are one script, and what is unchanged stays as it is."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.utils import timezone

from mailserver.sasl import PlaintextAuth
from tests.mailserver.running import Running, serving
from tests.people import PASSWORD, Person
from tests.security import with_app
from webmail.models import Door, ForwardAddress, LogIn, Rule
from webmail.servers import sieve_server
from webmail.store import app_passwords, mailboxes, queries, rules, sieve_exchange, sieve_script, vacations
from webmail.store.rules import Written
from webmail.store.sieve_exchange import ScriptError

pytestmark = pytest.mark.django_db(transaction=True)


class Client:
    """Speaks as a mail program does."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.peer = socket.create_connection(address, 20)
        self.greeting = self.answer()

    def answer(self) -> str:
        """All up to the line that says how it went."""
        said = b""
        while not (said.endswith(b"\r\n") and said.splitlines()[-1].startswith((b"OK", b"NO", b"BYE"))):
            part = self.peer.recv(65536)
            if not part:
                break
            said += part
        return said.decode()

    def ask(self, command: str) -> str:
        self.peer.sendall(command.encode() + b"\r\n")
        return self.answer()

    def log_in(self, person: Person, password: str = PASSWORD) -> str:
        response = base64.b64encode(f"\0{person.address}\0{password}".encode()).decode()
        return self.ask(f'AUTHENTICATE "PLAIN" "{response}"')

    def put(self, script: str) -> str:
        return self.ask(f'PUTSCRIPT "postillion" {{{len(script.encode())}+}}\r\n{script}')

    def get(self) -> str:
        said = self.ask('GETSCRIPT "postillion"')
        return said.partition("\r\n")[2].removesuffix("\r\nOK\r\n")


@pytest.fixture
def address(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Where the server listens, as run_managesieve starts it."""
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(sieve_server.make_server(), listening.getsockname())
    with serving(run, listening):
        yield run.address


@pytest.fixture
def full(alice: Person) -> str:
    """Alice's rules, one off and one that no script can say, a forwarding and a vacation; as a script."""
    account = alice.account.pk
    label, _ = mailboxes.create(account, "Work/Bob")
    rules.create(account, Written(query="from:bob", mailbox_id=label, archives=True, name="Bob"))
    rules.create(account, Written(query="crêpes", stars=True, enabled=False, never_spam=True, name="Food"))
    rules.create(account, Written(query="subject:x", never_spam=True))
    Rule.objects.update(hits=7)
    now = timezone.now()
    ForwardAddress.objects.create(
        account=alice.account, address="me@else.test", asked_at=now, verified_at=now, takes_all=True
    )
    away = vacations.Written(
        first_day=date(2026, 1, 1), last_day=None, subject="Away", text="Back soon.", contacts_only=False
    )
    vacations.begin(account, away, UTC)
    alice.account.refresh_from_db()
    return sieve_script.script(alice.account)


def stands(person: Person) -> list[tuple[object, ...]]:
    return [
        (rule.pk, rule.query, rule.enabled, rule.never_spam, rule.hits)
        for rule in queries.rules(person.account.pk)
    ]


def test_what_is_read_can_be_written_back(address: tuple[str, int], alice: Person, full: str) -> None:
    before = stands(alice)
    client = Client(address)
    assert client.log_in(alice) == 'OK "Logged in"\r\n'
    assert client.ask("LISTSCRIPTS") == '"postillion" ACTIVE\r\nOK\r\n'
    script = client.get()
    assert script == full
    assert client.put(script) == 'OK "Kept"\r\n'
    assert stands(alice) == before
    assert client.get() == script


def test_rules_are_written_moved_and_deleted(address: tuple[str, int], alice: Person, full: str) -> None:
    bob, food, spam = [row[0] for row in stands(alice)]
    client = Client(address)
    client.log_in(alice)
    script = client.get()
    blocks = script.split("\n\n")
    head, rest = blocks[0], blocks[4:]
    new = 'if header :contains "subject" "ticket" { fileinto "Trips"; }'
    edited = blocks[2].replace("crêpes", "galettes")
    assert client.put("\n\n".join([head, new, edited, blocks[1], *rest])) == 'OK "Kept"\r\n'
    after = stands(alice)
    assert [row[0] for row in after[1:]] == [food, bob]
    assert (after[0][1], after[0][4]) == ("subject:ticket", 0)
    # What was rewritten under its name keeps its hits, and what no script says.
    assert "galettes" in str(after[1][1])
    assert after[1][2:] == (False, True, 7)
    assert spam not in [row[0] for row in after]
    assert "Trips" in [row.path for row in queries.mailbox_list(alice.account.pk)]
    assert client.put("\n\n".join([head, *rest])) == 'OK "Kept"\r\n'
    assert stands(alice) == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('require "fileinto";\nif exists "x-foo" { fileinto "New"; }', "line 2: no rule can do this"),
        ('if header :contains "subject" "x" { redirect "stranger@else.test"; }', "(stranger@else.test)"),
        ("this is no Sieve", "line 1"),
        ("keep; \0", "line 1"),
        ("#" * 100_001, "(QUOTA/MAXSIZE)"),
        ("", "changed in Settings"),
    ],
)
def test_what_no_rule_can_do_changes_nothing(
    address: tuple[str, int], alice: Person, full: str, script: str, said: str
) -> None:
    before, labels = stands(alice), queries.mailbox_list(alice.account.pk)
    client = Client(address)
    client.log_in(alice)
    others = "\n\n".join(full.split("\n\n")[4:]) if script else ""
    answer = client.put(f"{script}\n{others}")
    assert answer.startswith("NO")
    assert said in answer
    assert client.ask(f"CHECKSCRIPT {{{len(script.encode())}+}}\r\n{script}").startswith("NO")
    assert (stands(alice), queries.mailbox_list(alice.account.pk)) == (before, labels)


def test_there_is_one_script(address: tuple[str, int], alice: Person) -> None:
    client = Client(address)
    client.log_in(alice)
    assert client.ask('HAVESPACE "other" 10').startswith("NO (QUOTA/MAXSCRIPTS)")
    assert client.ask('PUTSCRIPT "other" "keep;"').startswith("NO (QUOTA/MAXSCRIPTS)")
    assert client.ask('HAVESPACE "postillion" 100001').startswith("NO (QUOTA/MAXSIZE)")
    assert client.ask('HAVESPACE "postillion" 10').startswith("OK")
    assert client.ask('GETSCRIPT "other"').startswith("NO (NONEXISTENT)")
    assert client.ask('SETACTIVE "postillion"').startswith("OK")
    assert client.ask('SETACTIVE ""').startswith("NO")
    assert client.ask('DELETESCRIPT "postillion"').startswith("NO (ACTIVE)")
    assert client.ask('RENAMESCRIPT "postillion" "x"').startswith("NO")
    assert client.ask('CHECKSCRIPT "keep;"').startswith("OK")


def test_the_one_door(address: tuple[str, int], alice: Person, bob: Person, settings: LazySettings) -> None:
    client = Client(address)
    assert client.log_in(alice, "wrong") == 'NO "Name or password is wrong"\r\n'
    assert client.ask("LISTSCRIPTS").startswith("NO")
    with_app(alice)
    assert "app password" in client.log_in(alice)
    for_sending = app_passwords.create(alice.user, "Sender", [Door.SMTP])
    assert "for something else" in client.log_in(alice, for_sending)
    assert client.log_in(alice, app_passwords.create(alice.user, "Reader", [Door.IMAP])).startswith("OK")
    assert LogIn.objects.filter(user=alice.user, program="ManageSieve").count() >= 4
    other = Client(address)
    for _ in range(12):
        said = other.log_in(bob, "wrong")
    assert said.startswith("NO (TRYLATER)")
    settings.PLAINTEXT_AUTH = PlaintextAuth.NEVER
    assert Client(address).log_in(alice).startswith("NO (ENCRYPT-NEEDED)")


def test_over_tls_with_the_certificate_of_the_other_doors(
    address: tuple[str, int], alice: Person, settings: LazySettings
) -> None:
    settings.PLAINTEXT_AUTH = PlaintextAuth.NEVER
    client = Client(address)
    assert '"SASL" ""' in client.greeting
    assert client.ask("STARTTLS").startswith("OK")
    trusting = ssl.create_default_context(cafile=str(settings.DATA_DIR / "tls.pem"))
    client.peer = trusting.wrap_socket(client.peer, server_hostname="mx.crepes.test")
    assert '"SASL" "SCRAM-SHA-256 PLAIN LOGIN"' in client.answer()
    assert client.log_in(alice).startswith("OK")


def test_two_programs_at_once_leave_one_of_the_two_scripts(alice: Person) -> None:
    rules.create(alice.account.pk, Written(query="from:bob", stars=True))
    scripts = [f'if header :contains "subject" "{word}" {{ stop; }}' for word in ("one", "two")]
    threads = [
        threading.Thread(target=sieve_exchange.replace_rules, args=(alice.account, script))
        for script in scripts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row[1] for row in stands(alice)] in (["subject:one"], ["subject:two"])


def test_who_has_too_many_rules_keeps_the_old_ones(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_RULES", 2)
    rules.create(alice.account.pk, Written(query="from:bob", stars=True))
    many = "\n".join(f'if header :contains "subject" "{n}" {{ stop; }}' for n in range(3))
    with pytest.raises(rules.RuleError):
        sieve_exchange.replace_rules(alice.account, many)
    assert [row[1] for row in stands(alice)] == ["from:bob"]
    with pytest.raises(ScriptError):
        sieve_exchange.check(alice.account, 'vacation "Away";')


def test_without_an_address_it_does_not_start(settings: LazySettings) -> None:
    with pytest.raises(CommandError, match="MANAGESIEVE_LISTEN"):
        call_command("run_managesieve")
