"""No address shows or changes what is another's: every route that names an object is walked."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mailserver.message import compose
from mailserver.message.address import Address
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery.submit import submit
from webmail.models import OutboundRecipient
from webmail.store import conversations, mailboxes, saved_searches, undo, uploads

# What else an address may name, with a value that fits; none of it belongs to anybody.
_PLAIN = {
    "slug": "inbox",
    "verb": "archive",
    "version": "x",
    "address": "1",
    "direction": "older",
    "signature": "x",
    "coded": "x",
    "setting": "theme",
}


def _routes(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif not str(pattern.pattern).startswith("admin"):
            yield from _routes(pattern.url_patterns)


@pytest.fixture
def his(bob: Person) -> dict[str, object]:
    """One of everything that Bob owns, by the name it goes by in addresses."""
    account_id = bob.account.pk
    added = arrive(account_id, letter("Private"))
    label, _done = mailboxes.create(account_id, "His")
    address = Address("", "carol", "crepes.test")
    draft = compose.Draft(
        from_=(Address("Bob", "bob", "hamburger.test"),), to=(address,), subject="Private", text="Hush"
    )
    outbound = submit(account_id, draft, submission_key="k", hold_seconds=60)
    return {
        "thread_id": added.thread_id,
        "message_id": added.message_id,
        "mailbox_id": label,
        "token": undo.remember(account_id, conversations.star(account_id, [added.message_id])),
        "outbound_id": outbound.pk,
        "recipient_id": OutboundRecipient.objects.get(message=outbound).pk,
        "search_id": saved_searches.create(account_id, "Private", "hush"),
        "upload_id": uploads.add(account_id, "a.txt", "text/plain", b"x").id,
    }


def test_every_route_to_anothers_object_is_404(web: Client, his: dict[str, object], carol: Person) -> None:
    walked = set()
    for route in _routes(get_resolver().url_patterns):
        names = route.pattern.regex.groupindex.keys() or route.pattern.converters.keys()
        if not names & his.keys():
            assert names <= _PLAIN.keys(), f"say in this test whose {route.name} is"
            continue
        url = reverse(route.name, kwargs={name: (his | _PLAIN)[name] for name in names})
        answers = {web.get(url).status_code, web.post(url).status_code}
        assert answers <= {404, 405}, f"{route.name} answered {answers}"
        assert 404 in answers, f"{route.name} answered {answers}"
        walked |= names & his.keys()
    assert walked == his.keys()


def test_every_page_asks_who_one_is(client: Client, his: dict[str, object]) -> None:
    public = {
        "home",
        "stylesheet",
        "sign_in",
        "sign_out",
        "healthz",
        "manifest",
        "favicon",
        "service_worker",
        "offline",
    }
    for route in _routes(get_resolver().url_patterns):
        if route.name in public or route.name is None:
            continue
        names = route.pattern.regex.groupindex.keys() or route.pattern.converters.keys()
        url = reverse(route.name, kwargs={name: (his | _PLAIN)[name] for name in names})
        answers = [client.get(url), client.post(url)]
        for answer in answers:
            assert answer.status_code in {302, 401, 405}, route.name
            assert "sign-in" in answer.get("Location", "/sign-in/"), route.name
