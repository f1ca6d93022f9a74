"""The programs that people fetch mail with, as they come from Debian: each fetches, and deletes or keeps."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mailserver.pop3.server import Server
from tests.mail import arrive, letter
from tests.mailserver.running import Running
from tests.people import PASSWORD, make_person
from webmail.models import Door, MailboxMessage
from webmail.store import app_passwords

NAME = "alice@crepes.test"
LETTERS = [letter(f"No. {number}", ".\r\n.dot\r\n" * number, number=number) for number in range(3)]


def _fetchmail(home: Path, port: int, word: str, *, keep: bool) -> Sequence[str]:
    configuration = home / "fetchmailrc"
    configuration.write_text(
        f'poll 127.0.0.1 service {port} protocol pop3 uidl user "{NAME}" password "{word}"'
        f' sslproto "TLS1.2+" no sslcertck {"keep" if keep else "nokeep"} mda "/bin/cat >> {home}/fetched"\n'
    )
    configuration.chmod(0o600)
    return ["fetchmail", "-f", str(configuration), "--nodetach", "--nosyslog"]


def _getmail(home: Path, port: int, word: str, *, keep: bool) -> Sequence[str]:
    (home / "getmailrc").write_text(
        f"[retriever]\ntype = SimplePOP3Retriever\nserver = 127.0.0.1\nport = {port}\nusername = {NAME}\n"
        f"password = {word}\n[destination]\ntype = MDA_external\npath = /bin/sh\nallow_root_commands = true\n"
        f'arguments = ("-c", "cat >> {home}/fetched")\n'
        f"[options]\ndelete = {not keep}\nread_all = false\nverbose = 0\n"
    )
    return ["getmail", f"--getmaildir={home}"]


def _mpop(home: Path, port: int, word: str, *, keep: bool) -> Sequence[str]:
    configuration = home / "mpoprc"
    keeping = "on" if keep else "off"
    configuration.write_text(
        f"account default\nhost 127.0.0.1\nport {port}\nuser {NAME}\npassword {word}\nauth scram-sha-256\n"
        f"tls on\ntls_starttls on\ntls_certcheck off\npipelining on\nkeep {keeping}\n"
        f"delivery mbox {home}/fetched\nuidls_file {home}/uidls\n"
    )
    configuration.chmod(0o600)
    return ["mpop", f"--file={configuration}", "-Q"]


@pytest.mark.clients
@pytest.mark.parametrize("program", [_fetchmail, _getmail, _mpop], ids=lambda each: each.__name__[1:])
def test_a_program_fetches_and_deletes_or_keeps(
    pop3: Running[Server], tmp_path: Path, program: Callable[..., Sequence[str]]
) -> None:
    if not shutil.which(program.__name__[1:]):
        pytest.skip("not installed")
    alice = make_person(NAME, "Alice")
    word = app_passwords.create(alice.user, "Fetcher", [Door.POP3]).replace(" ", "")
    keys = [arrive(alice.account.pk, raw).message_id for raw in LETTERS]

    def run(*, keep: bool) -> bytes:
        """Let it fetch; all that it has by now."""
        command = program(tmp_path, pop3.address[1], word, keep=keep)
        environment = os.environ | {"HOME": str(tmp_path), "FETCHMAILHOME": str(tmp_path), "USER": "alice"}
        done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
        # 1: nothing new, as fetchmail says it.
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return (tmp_path / "fetched").read_bytes().replace(b"\r\n", b"\n")

    fetched = run(keep=True)
    for raw in LETTERS:
        assert raw.replace(b"\r\n", b"\n").rstrip() in fetched
    assert run(keep=True) == fetched
    assert _standing("inbox") == keys
    arrive(alice.account.pk, letter("The last", number=9))
    assert run(keep=False).count(b"Subject: ") == len(LETTERS) + 1
    run(keep=False)
    assert len(_standing("inbox")) + len(_standing("trash")) == len(LETTERS) + 1
    assert len(_standing("trash")) >= 1


@pytest.mark.clients
def test_curl_fetches_under_tls(pop3: Running[Server]) -> None:
    if not shutil.which("curl"):
        pytest.skip("not installed")
    alice = make_person(NAME, "Alice")
    for raw in LETTERS:
        arrive(alice.account.pk, raw)
    host, port = pop3.address
    command = ["curl", "-sS", "--ssl-reqd", "--insecure", "--user", f"{NAME}:{PASSWORD}"]
    for number, raw in enumerate(LETTERS, 1):
        done = subprocess.run([*command, f"pop3://{host}:{port}/{number}"], capture_output=True, check=True)
        assert done.stdout == raw


def _standing(role: str) -> list[int]:
    rows = MailboxMessage.objects.filter(mailbox__role=role).order_by("uid")
    return list(rows.values_list("message_id", flat=True))
