"""Contacts on pages: listed, found, kept, merged, grouped, brought in and taken out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.contacts import card, know
from tests.mail import NOON, arrive, letter
from tests.people import Person
from webmail.models import Contact
from webmail.store import contact_groups, contacts, queries


def names(alice: Person) -> list[str]:
    return [one.whole for one in contacts.read(alice.account.pk, queries.contact_ids(alice.account.pk))]


def undo(web: Client, page: str) -> None:
    """Press Undo in the toast of a page."""
    action = page.split('class="toast', 1)[1].split('action="', 1)[1].split('"', 1)[0]
    web.post(action)


def test_pages_of_a_list_go_on_and_cost_little(
    web: Client, alice: Person, django_assert_max_num_queries
) -> None:
    contacts.put(alice.account.pk, [card(f"Person {n:03}", f"p{n}@x.test") for n in range(120)])
    with django_assert_max_num_queries(8):
        first = web.get("/contacts/").content.decode()
    assert first.count("contacts-line") == 50
    following = first.split("after=", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    second = web.get(f"/contacts/?after={following}").content.decode()
    assert "Person 050" in second
    assert "Person 049" not in second
    found = web.get("/contacts/?q=p11").content.decode()
    assert found.count("contacts-line") == 11
    for odd in ("x", "1.%%%", "9" * 50, "1.AAAA", ".."):
        assert web.get("/contacts/", {"after": odd}).status_code == 200
    assert web.get("/contacts/?group=7").status_code == 404


def test_a_person_with_the_mail_exchanged(web: Client, alice: Person, django_assert_max_num_queries) -> None:
    bob = know(
        alice.account.pk, "Bob Lee", "bob@hamburger.test", (NOON,), note="<b>tea</b>", card="BDAY:1980-01-02"
    )
    arrive(alice.account.pk, letter("Lunch", number=1))
    arrive(alice.account.pk, letter("Other", number=2, sender="Eve <eve@x.test>"))
    with django_assert_max_num_queries(20):
        page = web.get(f"/contacts/{bob}/").content.decode()
    assert "Lunch" in page
    assert "Other" not in page
    assert "&lt;b&gt;tea" in page
    assert "1980-01-02" in page
    assert "to=%22Bob+Lee%22+%3Cbob%40hamburger.test%3E" in page


def test_a_contact_is_kept_and_changed(web: Client, alice: Person) -> None:
    group, _ = contact_groups.create(alice.account.pk, "Family")
    sent = {
        "name": "王小明",
        "address": ["Wang@Hamburger.test", ""],
        "address_kind": ["work", ""],
        "phone": ["138"],
        "groups": [group],
    }
    made = web.post("/contacts/new/", sent, follow=True)
    [one] = contacts.read(alice.account.pk, queries.contact_ids(alice.account.pk))
    assert [(each.address, each.kind) for each in one.addresses] == [("wang@hamburger.test", "work")]
    assert (one.phones, one.group_ids) == ((("138", ""),), (group,))
    assert "wang@hamburger.test" in made.content.decode()
    refused = web.post(f"/contacts/{one.id}/edit/", {"name": "X", "address": ["nobody@", "a@b.test"]})
    assert refused.status_code == 422
    assert "nobody@" in refused.content.decode()
    assert web.post("/contacts/new/", {"note": "nothing else"}).status_code == 422
    changed = web.post(
        f"/contacts/{one.id}/edit/", {"name": "Wang", "address": ["wang@hamburger.test"]}, follow=True
    )
    assert names(alice) == ["Wang"]
    undo(web, changed.content.decode())
    assert contacts.read(alice.account.pk, [one.id]) == [one]


def test_who_wrote_is_added_from_the_message(web: Client, alice: Person) -> None:
    message = arrive(alice.account.pk, letter("Hello")).message_id
    page = web.get(f"/messages/{message}/contact/").content.decode()
    assert 'value="bob@hamburger.test"' in page
    web.post(f"/messages/{message}/contact/", {"name": "Bob", "address": ["bob@hamburger.test"]})
    [key] = queries.contact_ids(alice.account.pk)
    assert web.get(f"/messages/{message}/contact/").url == f"/contacts/{key}/"


@pytest.mark.parametrize("verb", ["delete", "merge", "group"])
def test_acts_on_several_can_be_undone(web: Client, alice: Person, bob: Person, verb: str) -> None:
    group, _ = contact_groups.create(alice.account.pk, "Family")
    ids = [know(alice.account.pk, name, f"{name}@x.test".lower()) for name in ("Ann", "Ben", "Cid")]
    his = know(bob.account.pk, "Dan", "dan@x.test")
    before = contacts.read(alice.account.pk, ids)
    asked = {
        "verb": verb,
        "ids": [*ids[:2], his, "x", "9" * 30],
        "group": group,
        "next": "https://evil.test/",
    }
    page = web.post("/contacts/act/", asked, follow=True)
    assert page.redirect_chain[0][0].startswith("/contacts/")
    after = {"delete": ["Cid"], "merge": ["Ann", "Cid"], "group": ["Ann", "Ben", "Cid"]}
    assert names(alice) == after[verb]
    assert len(queries.group_members(alice.account.pk, group)) == (2 if verb == "group" else 0)
    assert Contact.objects.filter(pk=his).exists()
    undo(web, page.content.decode())
    assert contacts.read(alice.account.pk, ids) == before
    assert web.post("/contacts/act/", {"verb": "x", "ids": ids}).status_code == 400
    assert web.post("/contacts/act/", {"verb": verb}, follow=True).status_code == 200


def test_groups_and_those_who_are_there_twice(web: Client, alice: Person) -> None:
    web.post("/contacts/groups/new/", {"name": "Family"})
    [group] = queries.contact_groups(alice.account.pk)
    assert web.post("/contacts/groups/new/", {"name": "Family"}).status_code == 422
    web.post(f"/contacts/groups/{group.id}/", {"name": "家人"})
    know(alice.account.pk, "Ann", "ann@x.test", group_ids=(group.id,))
    know(alice.account.pk, "ANN", "ann@work.test")
    assert web.get(f"/contacts/groups/{group.id}/members/").json() == {
        "people": [{"name": "Ann", "address": "ann@x.test"}]
    }
    found = web.get("/contacts/complete/?q=jiar&groups=1").json()["people"]
    assert found == [{"name": "家人", "address": "", "group": group.id}]
    assert web.get("/contacts/duplicates/").content.decode().count("contacts-line") == 2
    deleted = web.post(f"/contacts/groups/{group.id}/delete/", follow=True)
    assert queries.contact_groups(alice.account.pk) == []
    undo(web, deleted.content.decode())
    assert [one.name for one in queries.contact_groups(alice.account.pk)] == ["家人"]


VCARD = """BEGIN:VCARD
VERSION:3.0
FN:Bob Lee
EMAIL;TYPE=work:Bob@Hamburger.test
EMAIL:nonsense
TEL;TYPE=cell:+49 170
CATEGORIES:Friends
BDAY:1980-01-02
END:VCARD
BEGIN:VCARD
FN:Ann
EMAIL:ann@x.test
END:VCARD
"""


def test_a_file_is_brought_in_once_and_taken_out_whole(web: Client, alice: Person) -> None:
    know(alice.account.pk, "", "bob@hamburger.test", (NOON,), is_collected=True)
    ann = know(alice.account.pk, "Ann", "ann@x.test")

    def bring(data: bytes, name: str = "people.vcf") -> str:
        return web.post(
            "/contacts/files/", {"file": SimpleUploadedFile(name, data)}, follow=True
        ).content.decode()

    page = bring(VCARD.encode())
    found = contacts.read(alice.account.pk, queries.contact_ids(alice.account.pk))
    assert [(one.name, one.is_collected, len(one.addresses)) for one in found] == [
        ("Ann", False, 1),
        ("Bob Lee", False, 1),
    ]
    assert found[1].addresses[0].use_count == 1
    assert "already" in bring(VCARD.encode())
    for style in ("vcf", "vcf4", "google", "outlook"):
        data = b"".join(web.get(f"/contacts/export/?as={style}").streaming_content)
        assert "already" in bring(data), style
    [group] = queries.contact_groups(alice.account.pk)
    only = b"".join(web.get(f"/contacts/export/?as=vcf&group={group.id}").streaming_content)
    assert only.count(b"BEGIN:VCARD") == 1
    assert b"BDAY:1980-01-02" in only
    undo(web, page)
    assert names(alice) == ["Ann", "bob@hamburger.test"]
    assert queries.contact_ids(alice.account.pk)[0] == ann
    assert web.post("/contacts/files/", {"file": SimpleUploadedFile("x.vcf", b"\x00\xff")}).status_code == 422
    assert web.post("/contacts/files/").status_code == 422
    assert web.get("/contacts/export/?as=x").status_code == 404
