"""No address shows or changes what is another's: every route that names an object is walked."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mailserver.message import compose
from mailserver.message.address import Address
from tests.contacts import know
from tests.mail import arrive, letter
from tests.people import Person
from tests.security import confirm
from webmail.delivery.submit import submit
from webmail.models import AppPassword, OutboundRecipient, Passkey
from webmail.sessions import SessionStore
from webmail.store import (
    contact_groups,
    conversations,
    forwarding,
    imports,
    mailboxes,
    open_sessions,
    rules,
    saved_searches,
    templates,
    undo,
    uploads,
)

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
    "consent": "x",
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
    session = SessionStore()
    session[SESSION_KEY] = bob.user.pk
    session.create()
    outbound = submit(account_id, draft, submission_key="k", hold_seconds=60)
    return {
        "thread_id": added.thread_id,
        "message_id": added.message_id,
        "mailbox_id": label,
        "token": undo.remember(account_id, conversations.star(account_id, [added.message_id])),
        "outbound_id": outbound.pk,
        "recipient_id": OutboundRecipient.objects.get(message=outbound).pk,
        "contact_id": know(account_id, "Private", "private@x.test"),
        "group_id": contact_groups.create(account_id, "Private")[0],
        "import_id": imports.begin_server(account_id, "imap.x.test", 993, "bob", "secret").pk,
        "upload": imports.begin_file(account_id, "a.mbox", 9).token,
        "search_id": saved_searches.create(account_id, "Private", "hush"),
        "app_password_id": AppPassword.objects.create(user=bob.user, name="His", digest="x").pk,
        "passkey_id": Passkey.objects.create(user=bob.user, name="His", credential_id="x", credential=b"").pk,
        "session_handle": open_sessions.handle(session.session_key),
        "forward_id": forwarding.ask(account_id, "x@else.test", ()).pk,
        "rule_id": rules.create(account_id, rules.Written(query="private", stars=True)),
        "upload_id": uploads.add(account_id, "a.txt", "text/plain", b"x").id,
        "template_id": templates.create(account_id, "Private", "", "Hush"),
        "identity_id": bob.account.identities.create(address=bob.address).pk,
    }


def test_every_route_to_anothers_object_is_404(web: Client, his: dict[str, object], carol: Person) -> None:
    confirm(web)
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
    signing_in = {"sign_in", "sign_out", "passkey_begin", "passkey"}
    installing = {"manifest", "favicon", "service_worker", "offline"}
    public = signing_in | installing | {"forwarding_agree", "home", "stylesheet", "healthz"}
    for route in _routes(get_resolver().url_patterns):
        if route.name in public or route.name is None:
            continue
        names = route.pattern.regex.groupindex.keys() or route.pattern.converters.keys()
        url = reverse(route.name, kwargs={name: (his | _PLAIN)[name] for name in names})
        answers = [client.get(url), client.post(url)]
        for answer in answers:
            assert answer.status_code in {302, 401, 405}, route.name
            assert "sign-in" in answer.get("Location", "/sign-in/"), route.name
