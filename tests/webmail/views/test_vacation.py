"""The pages of what goes on by itself: the vacation's answer, and forwarding to who agreed."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from tests.people import Person
from webmail.models import ForwardAddress, OutboundMessage
from webmail.store import blobs

TODAY = timezone.localdate


def text_of(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def test_on_told_everywhere_ended_and_taken_back(web: Client, alice: Person) -> None:
    fields = {"first_day": TODAY(), "last_day": TODAY() + timedelta(days=3), "text": "Back soon"}
    assert "Mail to you is answered until" in text_of(web.post("/settings/vacation/", fields, follow=True))
    inbox = web.get("/mail/inbox/").content.decode()
    assert 'class="away"' in inbox
    page = web.post("/settings/vacation/end/", {"next": "/mail/inbox/"}, follow=True).content.decode()
    assert 'class="away"' not in page
    alice.account.refresh_from_db()
    assert (alice.account.away_from, alice.account.automation_count) == (None, 0)
    token = re.search(r'action="(/undo/[^"]+)"', page)
    assert token
    web.post(token[1])
    assert 'class="away"' in web.get("/mail/inbox/").content.decode()
    assert "Back soon" in text_of(web.get("/settings/vacation/"))


def test_days_that_cannot_be(web: Client, alice: Person) -> None:
    fields = {"first_day": TODAY(), "last_day": TODAY() - timedelta(days=1), "text": "x"}
    assert "The last day is before the first." in text_of(web.post("/settings/vacation/", fields))
    fields["first_day"] -= timedelta(days=9)
    assert "This day is over." in text_of(web.post("/settings/vacation/", fields))
    later = {"first_day": TODAY() + timedelta(days=9), "text": "x"}
    assert "Mail is answered from" in text_of(web.post("/settings/vacation/", later, follow=True))
    assert 'class="away"' not in web.get("/mail/inbox/").content.decode()


@pytest.fixture
def link(web: Client) -> str:
    """The link that was mailed when Alice asked."""
    answer = web.post("/settings/forwarding/", {"address": "Me@Else.test"}, follow=True)
    assert "A link was mailed to Me@Else.test." in text_of(answer)
    raw = blobs.read(OutboundMessage.objects.get().blob_id).decode()
    found = re.search(r"https?://[^/\s]+(/forwarding/\S+)", raw.replace("=\r\n", "").replace("=3D", "="))
    assert found
    return found[1]


def test_forwarded_only_to_who_agreed(web: Client, alice: Person, client: Client, link: str) -> None:
    asked = ForwardAddress.objects.get()
    assert asked.address == "me@else.test"
    assert web.post("/settings/forwarding/all/", {"address": asked.pk}).status_code == 404
    assert "wait ten minutes" in text_of(web.post("/settings/forwarding/", {"address": asked.address}))
    stranger = Client()
    assert "alice@crepes.test would like to forward" in text_of(stranger.get(link))
    asked.refresh_from_db()
    assert asked.verified_at is None
    assert "Thank you" in text_of(stranger.post(link))
    web.post("/settings/forwarding/all/", {"address": asked.pk, "copy": "trash"})
    asked.refresh_from_db()
    assert (asked.takes_all, asked.keeps_copy) == (True, False)
    forget = f"/settings/forwarding/{asked.pk}/forget/"
    token = re.search(r'action="(/undo/[^"]+)"', web.post(forget, follow=True).content.decode())
    assert not ForwardAddress.objects.exists()
    assert token
    web.post(token[1])
    back = ForwardAddress.objects.get()
    assert (back.address, back.verified_at, back.takes_all) == (asked.address, asked.verified_at, True)
    web.post(f"/settings/forwarding/{back.pk}/forget/")
    assert stranger.post(link).status_code == stranger.get(link).status_code == 404


@pytest.mark.parametrize("typed", ["alice@crepes.test", "nobody", "a@b@c"])
def test_addresses_that_are_refused(web: Client, typed: str) -> None:
    assert web.post("/settings/forwarding/", {"address": typed}).status_code == 422
    assert not ForwardAddress.objects.exists()


def test_a_link_of_somebody_else_is_none(web: Client, link: str) -> None:
    forged = signing.dumps([ForwardAddress.objects.get().pk, "other@else.test"], salt="webmail.forwarding")
    for path in (f"/forwarding/{forged}/", link[:-3] + "x/", "/forwarding/x/"):
        assert web.get(path).status_code == web.post(path).status_code == 404
