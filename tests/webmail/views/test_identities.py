"""Identities: whom one may write as, and what goes with each address."""

import re
from html import unescape

import pytest
from django.test import Client

from mailserver.message import header
from tests.mail import arrive, letter
from tests.people import Person
from tests.webmail.views.test_compose import JSON, form
from webmail.models import Alias, OutboundMessage
from webmail.store import queries


@pytest.fixture
def desk(web: Client, alice: Person) -> Client:
    """Alice's, to whom the mail for crepes@ comes, too."""
    Alias.objects.create(domain=alice.account.domain, address="crepes@crepes.test", account=alice.account)
    return web


def choose(web: Client, address: str, **fields: str) -> int:
    known = web.get("/settings/identities/edit/", {"address": address}).status_code == 200
    path = f"/settings/identities/edit/?address={address}" if known else "/settings/identities/edit/"
    return web.post(path, {"address": address, "name": "", "signature_html": ""} | fields).status_code


def written(web: Client, query: str) -> tuple[str, str]:
    """The sender that the composer chose, and its text."""
    page = web.get(f"/compose/?{query}").content.decode()
    chosen = re.search(r'<option value="([^"]+)"[^>]* selected>', page)
    text = re.search(r'<textarea name="html" hidden>(.*?)</textarea>', page, re.DOTALL)
    return chosen[1] if chosen else "", unescape(text[1]) if text else ""


def sent_fields(person: Person) -> dict[str, str]:
    raw = queries.raw(person.account.pk, OutboundMessage.objects.latest("pk").sent_message_id or 0)
    fields = header.fields(raw)
    return {name: header.decode(header.first(fields, name) or b"") for name in ("from", "reply-to")}


def test_an_answer_comes_from_the_address_that_was_written_to(desk: Client, alice: Person) -> None:
    signed = {"name": "La Crêperie", "signature_html": "<div>Crêpes <b>&amp; more</b></div>"}
    assert choose(desk, "crepes@crepes.test", reply_to="alice@crepes.test", **signed) == 302
    to_alias = arrive(alice.account.pk, letter("Table", number=1, to="crepes@crepes.test"))
    to_plus = arrive(
        alice.account.pk, letter("Shop", number=2, to="alice+shop@crepes.test, carol@crepes.test")
    )
    sender, text = written(desk, f"reply={to_alias.message_id}")
    assert sender == "crepes@crepes.test"
    assert text.index("Crêpes <b>&amp; more</b>") < text.index("<blockquote")
    assert written(desk, f"reply={to_plus.message_id}")[0] == "alice+shop@crepes.test"
    assert (
        "alice"
        not in re.search(
            r'name="to"[^>]*value="([^"]*)"',
            desk.get(f"/compose/?reply_all={to_plus.message_id}").content.decode(),
        )[1]
    )  # type: ignore[index]
    desk.post("/compose/send/", form(**{"from": sender}), headers=JSON)
    assert sent_fields(alice) == {"from": "La Crêperie <crepes@crepes.test>", "reply-to": "alice@crepes.test"}
    desk.post("/compose/send/", form(**{"from": "alice+shop@crepes.test"}), headers=JSON)
    assert sent_fields(alice)["from"] == "Alice Martin <alice+shop@crepes.test>"


def test_what_is_new_begins_from_the_default_with_its_signature(desk: Client) -> None:
    choose(desk, "alice@crepes.test", is_default="on", signature_html="<div>Mine</div>")
    choose(desk, "crepes@crepes.test", is_default="on", signature_html="<div>Ours</div>")
    sender, text = written(desk, "")
    assert (sender, "Ours" in text, "Mine" in text) == ("crepes@crepes.test", True, False)
    page = desk.get("/settings/identities/").content.decode()
    assert page.count("badge is-good") == 1


def test_nobody_becomes_somebody_else(desk: Client, alice: Person, carol: Person) -> None:
    for address in ("carol@crepes.test", "ceo@bank.test", "alice@", "crepes+a@hamburger.test"):
        assert choose(desk, address) == 422
    assert choose(desk, "alice+news@crepes.test", reply_to="not an address") == 422
    assert choose(desk, "alice+news@crepes.test") == 302
    # What led here and now leads to another is no sender of hers any more.
    choose(desk, "crepes@crepes.test", name="Crêpes")
    Alias.objects.update(account=carol.account)
    answer = desk.post("/compose/send/", form(**{"from": "crepes@crepes.test"}), headers=JSON)
    assert answer.status_code == 422


def test_a_signature_is_cleaned_and_text_stays_text_without_scripts(desk: Client, alice: Person) -> None:
    choose(desk, "alice@crepes.test", signature_html='<div onclick="x()">A<script>1</script></div>')
    stored = alice.account.identities.get()
    assert stored.signature_html == "<div>A</div>"
    path = "/settings/identities/edit/?address=alice@crepes.test"
    desk.post(path, {"signature": "A"})
    stored.refresh_from_db()
    assert stored.signature_html == "<div>A</div>"
    desk.post(path, {"signature": "Alice\n<Crêpes>"})
    stored.refresh_from_db()
    assert stored.signature_html == "<div>Alice<br>&lt;Crêpes&gt;</div>"
    assert desk.post(f"/settings/identities/{stored.pk}/delete/").status_code == 302
    assert not alice.account.identities.exists()
