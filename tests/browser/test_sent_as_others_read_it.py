"""A rich letter written in the composer, sent, and read by Python, by postal-mime and by mutt."""

import email
import os
import pty
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from mailserver.message import compose
from tests.mail import NOON, arrive
from tests.people import Person
from tools import compare_parsers
from webmail.models import OutboundMessage
from webmail.store import blobs

from .test_compose import PASTE, PNG, desk, saved

__all__ = ["desk"]

ASKED = compose.Draft(
    from_=(compose.Address("Bob", "bob", "hamburger.test"),),
    subject="年终 menu",
    html='<p>Which dishes?</p><blockquote type="cite"><p>今年的菜单？</p></blockquote>',
    message_id="7@hamburger.test",
    date=NOON,
)
FILE = ("季度报告 2026.txt", "营业额 +12 %\r\n".encode())
PEERS = compare_parsers.HOME
MUTT = shutil.which("mutt")
MUTT_RC = """
set folder={here} record= header_cache= mbox_type=mbox sleep_time=0 wait_key=no quit=yes confirmappend=no
set pipe_decode=yes charset=utf-8 arrow_cursor=yes
auto_view text/html
alternative_order text/plain text/html
"""


@pytest.fixture
def sent(desk: Page, alice: Person) -> bytes:
    """What goes over the wire: words in two scripts, a list, bold, a link, quotes, a picture, a file."""
    original = arrive(alice.account.pk, compose.compose(ASKED))
    site = desk.url.partition("/mail/")[0]
    desk.goto(f"{site}/compose/?reply={original.message_id}")
    window = desk.locator("compose-window")
    window.locator(".composer-editor").press("Control+Home")
    keys = desk.keyboard
    keys.insert_text("你好，Bob！ See")
    keys.type(" https://example.test/menu ")
    keys.press("Control+b")
    keys.insert_text("重要")
    keys.press("Enter")
    window.get_by_role("button", name="Bulleted list").click()
    keys.insert_text("饺子")
    keys.press("Enter")
    keys.insert_text("Crêpes")
    desk.evaluate(PASTE, PNG)
    expect(window.locator(".composer-editor li img")).to_have_count(1)
    name, data = FILE
    window.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": data}]
    )
    expect(window.locator(".composer-file:not([data-inline]) progress")).to_have_count(0)
    saved(window)
    keys.press("Control+Enter")
    desk.wait_for_url("**/mail/**")
    return blobs.read(OutboundMessage.objects.get().blob_id)


def written(raw: bytes) -> Iterator[bytes]:
    """Read it as the strictest transport wants it: CRLF, seven bits, short lines."""
    lines = raw.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert raw.isascii()
    assert max(map(len, lines)) <= 998
    yield from lines


def test_python(sent: bytes) -> None:
    assert list(written(sent))
    mail = cast(EmailMessage, email.message_from_bytes(sent, policy=default))
    assert not [part.defects for part in mail.walk() if part.defects]
    assert mail["Subject"] == "Re: 年终 menu"
    assert mail["To"].addresses[0].addr_spec == "bob@hamburger.test"
    assert mail["In-Reply-To"] == "<7@hamburger.test>"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/plain",
    ]
    text = mail.get_body(("plain",)).get_content()
    for line in (
        "你好，Bob！ See https://example.test/menu 重要",
        "饺子",
        "> Which dishes?",
        ">> 今年的菜单？",
    ):
        assert line in text.replace("> >", ">>").replace("\xa0", " "), text
    html = mail.get_body(("html",)).get_content()
    assert "<b>重要</b>" in html
    assert 'href="https://example.test/menu"' in html
    assert re.search("<ul><li>(<b>)?饺子", html), html
    assert html.count("<blockquote") == 2
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    [file] = [part for part in mail.iter_attachments() if part.get_content_disposition() == "attachment"]
    assert (file.get_filename(), file.get_content().encode()) == FILE


@pytest.mark.clients
@pytest.mark.skipif(not PEERS.exists(), reason="postal-mime is not installed (tools/compare_parsers.py)")
def test_postal_mime(sent: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sent.eml"
    path.write_bytes(sent)
    [answer] = compare_parsers.peer_answers([path], PEERS)
    for peer in compare_parsers.PEERS:
        read = answer[peer]
        assert read["subject"] == "Re: 年终 menu"
        assert (read["from"], read["to"]) == (["alice@crepes.test"], ["bob@hamburger.test"])
        assert "你好，Bob！ See https://example.test/menu" in read["text"]
        assert "<b>重要</b>" in read["html"]
        assert "饺子" in read["html"]
        assert [FILE[0], len(FILE[1])] in read["files"]
        assert len(read["files"]) == 2


def mutt(folder: Path, sent: bytes, keys: str, until: str = "") -> str:
    """What mutt shows on its terminal after these keys: when it ends, or when `until` is seen."""
    mbox, rc = folder / "mbox", folder / "rc"
    mbox.write_bytes(
        b"From alice@crepes.test Sun Nov 22 12:00:00 2026\n" + sent.replace(b"\r\n", b"\n") + b"\n"
    )
    rc.write_text(MUTT_RC.format(here=folder))
    command = [MUTT or "", "-n", "-R", "-F", str(rc), "-f", str(mbox), "-e", f"push {keys}"]
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    environment |= {"LINES": "60", "COLUMNS": "160"}
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
    )
    os.close(follower)
    screen, deadline = b"", time.monotonic() + 20
    while time.monotonic() < deadline and not (until and until in screen.decode(errors="replace")):
        try:
            piece = os.read(leader, 65536)
        except OSError:
            break
        screen += piece
    process.kill()
    process.wait(5)
    os.close(leader)
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])", "", screen.decode(errors="replace"))


@pytest.mark.clients
@pytest.mark.skipif(not MUTT, reason="mutt is not installed")
def test_mutt(sent: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mutt(tmp_path, sent, f"<pipe-message>cat>{out}<enter><exit>")
    shown = out.read_text()
    for line in (
        "Subject: Re: 年终 menu",
        "你好，Bob！ See https://example.test/menu",
        "饺子",
        "> Which dishes?",
    ):
        assert line in shown
    parts = mutt(tmp_path, sent, "<view-attachments>", until="image/png")
    assert FILE[0] in parts
    assert "image/png" in parts
