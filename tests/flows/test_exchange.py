"""Alice writes to Bob, from browser to browser; his server may be down, or away for good."""

import os
import re
import signal
import smtplib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.logs import LogWatch
from webmail.demo import files

from .conftest import World
from .servers import PASSWORD, wait_for

CHINESE = "明天中午见？我带上荞麦饼。"


def test_a_letter_goes_from_browser_to_browser(world: World) -> None:
    alice, bob = world.alice(), world.bob()
    picture = files.picture("harbour.png")
    attached = SimpleUploadedFile("海港.png", picture, "image/png")
    alice.send([bob.address], "Harbour 港口", f"Hello Bob\n\n{CHINESE}\n", files=attached)

    arrived = wait_for(lambda: bob.message("inbox", "Harbour 港口"))
    sent = alice.message("sent", "Harbour 港口")
    assert sent
    assert bob.fetch(f"/messages/{arrived}/parts/2/") == picture
    assert CHINESE in bob.get(f"/messages/{arrived}/")

    # What Bob has is what Alice sent, to the byte, behind the trace headers of his server.
    hers = alice.fetch(f"/messages/{sent}/message.eml")
    his = bob.fetch(f"/messages/{arrived}/message.eml")
    assert his.endswith(hers)
    trace_headers = his[: -len(hers)].decode()
    assert re.match(r"Return-Path: <alice@crepes\.test>\r\n", trace_headers)
    assert "Received: from mail.crepes.test" in trace_headers

    told = alice.trace(sent)
    for line in ("220 ", "EHLO mail.crepes.test", "MAIL FROM:&lt;alice@crepes.test&gt;", "RCPT TO:", "221 "):
        assert line in told
    assert "Delivered" in told
    assert CHINESE not in told


def test_a_letter_of_a_mail_program_goes_the_same_way(world: World) -> None:
    alice, bob = world.alice(), world.bob()
    letter = b"From: Alice <alice@crepes.test>\r\nTo: bob@hamburger.test\r\nSubject: By program\r\n\r\nHi\r\n"
    with smtplib.SMTP(*world.crepes.submission, timeout=30) as program:
        program.starttls()
        program.login(alice.address, PASSWORD)
        program.sendmail(alice.address, [bob.address, "carl@hamburger.test"], letter)
    arrived = wait_for(lambda: bob.message("inbox", "By program"))
    his = bob.fetch(f"/messages/{arrived}/message.eml")
    assert b"by mail.crepes.test with ESMTPSA (TLSv1" in his
    # The report may be there already, behind it.
    sent = alice.message("sent", "By program", 0)
    assert sent
    hers = alice.fetch(f"/messages/{sent}/message.eml")
    assert hers.startswith(b"Bcc: carl@hamburger.test\r\n")
    assert b"carl" not in his
    report = wait_for(lambda: alice.message("inbox", "By program"))
    assert "carl@hamburger.test" in alice.get(f"/messages/{report}/")
    assert "MAIL FROM:&lt;alice@crepes.test&gt;" in alice.trace(sent)


def test_the_answer_joins_the_conversation(world: World) -> None:
    alice, bob = world.alice(), world.bob()
    alice.send([bob.address], "A question", "Do you have eggs?")
    arrived = wait_for(lambda: bob.message("inbox", "A question"))
    hidden = r'name="(in_reply_to|references|reply_to_message)" value="([^"]+)"'
    fields = dict(re.findall(hidden, bob.get(f"/compose/?reply={arrived}")))
    assert len(fields) == 3
    bob.send(["alice@crepes.test"], "Re: A question", "Two dozen.", **fields)
    wait_for(lambda: alice.message("inbox", "A question"))
    rows = alice.get("/mail/inbox/")
    assert re.search(r'row-count">2<', rows)


def test_while_the_peer_is_down_the_sender_sees_why_and_then_it_arrives(
    world: World, log_watch: LogWatch
) -> None:
    alice = world.alice()
    world.hamburger.stop()
    alice.send(["bob@hamburger.test"], "Are you open?", "Hello?")
    sent = wait_for(lambda: alice.message("sent", "Are you open?"))
    told = wait_for(lambda: found if "refused" in (found := alice.trace(sent)) else "")
    assert "Delivered" not in re.sub(r"<title>.*?</title>", "", told)

    world.hamburger.start()
    bob = world.bob()
    wait_for(lambda: bob.message("inbox", "Are you open?"))
    wait_for(lambda: "Delivered" in alice.trace(sent))


def test_who_can_never_be_reached_comes_back_as_a_report(world: World) -> None:
    crepes = world.crepes
    crepes.stop()
    crepes.start(GIVE_UP="3", MAIL_ROUTES="nowhere.test=127.0.0.1:1")
    alice = world.alice()
    alice.send(["zoe@nowhere.test"], "Is anybody there?", "Echo")
    report = wait_for(lambda: re.search(r"/conversations/(\d+)/", alice.get("/search/?q=zoe+in:inbox")))
    page = alice.get(f"/conversations/{report[1]}/?in=inbox")
    assert "zoe@nowhere.test" in page
    crepes.stop()
    crepes.start()


@pytest.mark.parametrize("mark", ["granian", "run_smtp", "celery"])
def test_a_part_that_is_killed_comes_back(world: World, mark: str) -> None:
    (before,) = world.hamburger.parts(mark)
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: [pid for pid in world.hamburger.parts(mark) if pid != before])
    wait_for(lambda: world.hamburger.health().get("status") == "ok")
    alice = world.alice()
    alice.send(["bob@hamburger.test"], f"After {mark}", "Still there?")
    bob = world.bob()
    assert wait_for(lambda: bob.message("inbox", f"After {mark}"))
