"""Programs that fetch: mail comes by SMTP, goes by POP3, and every open window hears of it."""

import imaplib
import poplib
import smtplib

from .conftest import World
from .servers import PASSWORD, wait_for

SUBJECT = "Fetched by a program"
LETTER = (
    f"From: Ann <ann@there.test>\r\nTo: bob@hamburger.test\r\nSubject: {SUBJECT}\r\n\r\n.\r\nHi\r\n".encode()
)


def _host(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def test_what_is_deleted_by_pop3_leaves_the_page_and_imap(world: World) -> None:
    bob, server = world.bob(), world.hamburger
    with smtplib.SMTP(*_host(server.smtp), timeout=30) as peer:
        peer.sendmail("ann@there.test", [bob.address], LETTER)
    wait_for(lambda: bob.message("inbox", SUBJECT))
    reader = imaplib.IMAP4(*_host(server.imap), timeout=30)
    reader.login(bob.address, PASSWORD)
    reader.select("INBOX")

    program = poplib.POP3(*server.pop3, timeout=30)
    program.stls()
    program.user(bob.address)
    program.pass_(PASSWORD)
    count = program.stat()[0]
    fetched = b"\r\n".join([*program.retr(count)[1], b""])
    assert fetched.endswith(LETTER)
    assert fetched.startswith(b"Return-Path: <ann@there.test>\r\n")
    program.dele(count)
    assert bob.message("inbox", SUBJECT)
    with bob.events() as events:
        program.quit()
        wait_for(lambda: b"modseq" in events.readline() and not bob.message("inbox", SUBJECT))
    assert bob.message("trash", SUBJECT)
    reader.noop()
    assert reader.untagged_responses["EXPUNGE"] == [str(count).encode()]
    reader.logout()
