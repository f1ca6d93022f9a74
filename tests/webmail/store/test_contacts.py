"""Contacts: found as they are typed, the likeliest first; merged, deleted and brought back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from tests.contacts import card, know
from tests.mail import NOON, account
from tests.webmail.store.test_queries import plan, statements
from webmail.models import ContactAddress
from webmail.store import contact_groups, contact_use, contacts, queries, undo
from webmail.store.cards import CardAddress

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> int:
    return account().pk


def completed(account_id: int, text: str) -> list[str]:
    return [one.address or one.name for one in queries.complete_recipients(account_id, text, groups=True)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bob", "bob@x.test"),
        ("BÖB", "bob@x.test"),
        ("lee", "bob@x.test"),
        ("bob@x", "bob@x.test"),
        ("@hamb", "wang@hamburger.test"),
        ("rene", "rene@y.test"),
        ("RENÉ d", "rene@y.test"),
        ("o'b", "brien@y.test"),
        ("brien", "brien@y.test"),
        ("acme", "brien@y.test"),
        ("王", "wang@hamburger.test"),
        ("小明", "wang@hamburger.test"),
        ("wangxiao", "wang@hamburger.test"),
        ("wxm", "wang@hamburger.test"),
        ("xm", "wang@hamburger.test"),
        ("ming", "wang@hamburger.test"),
        ("ｗｘｍ", "wang@hamburger.test"),
        ("zenghua", "zeng@y.test"),
        ("ch", "zeng@y.test"),
        ("ob", ""),
        ("bob wang", ""),
        ("%", ""),
        ("  ", ""),
    ],
)
def test_a_person_is_found_by_the_beginning_of_each_word(alice: int, typed: str, found: str) -> None:
    brien = card("Patrick O'Brien", "brien@y.test", organisation="ACME Ltd")
    people = [card("Bob Lee", "bob@x.test"), card("王小明", "wang@hamburger.test"), brien]
    contacts.put(alice, [*people, card("René Dupont", "rene@y.test"), card("曾华", "zeng@y.test")])
    assert completed(alice, typed)[:1] == ([found] if found else [])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # days before, at which each was written to
        ([1], [2], "first"),
        ([1, 2, 3], [0], "first"),
        ([200, 201, 202, 203, 204], [1], "second"),
        ([10] * 4, [1] * 2, "first"),
        ([], [300], "second"),
        ([], [], "first"),
    ],
)
def test_the_likeliest_comes_first(alice: int, first: list[int], second: list[int], expected: str) -> None:
    for name, days in {"first": first, "second": second}.items():
        uses = tuple(NOON - timedelta(days=day) for day in sorted(days, reverse=True))
        know(alice, f"Sam {name}", f"{name}@x.test", uses)
    assert completed(alice, "sam")[0] == f"{expected}@x.test"


def test_who_is_written_to_is_collected_in_few_statements(alice: int, django_assert_max_num_queries) -> None:
    know(alice, "Bob", "bob@x.test")
    people = {f"p{n}@x.test": f"Person {n}" for n in range(30)} | {"bob@x.test": "Robert"}
    with django_assert_max_num_queries(12):
        contact_use.count_use(alice, people, NOON)
    contact_use.count_use(alice, {"p7@x.test": "", "new@x.test": ""}, NOON)
    assert completed(alice, "pers")[0] == "p7@x.test"
    contact_use.count_use(alice, {"new@x.test": "王小明"}, NOON)
    assert completed(alice, "wxm") == ["new@x.test"]
    assert ContactAddress.objects.get(address="new@x.test").use_count == 2
    row = ContactAddress.objects.get(address="bob@x.test")
    assert (row.use_count, row.last_used_at, row.contact.name, row.contact.is_collected) == (
        1,
        NOON,
        "Bob",
        False,
    )


def test_a_key_press_is_one_statement_served_by_its_index(alice: int) -> None:
    contacts.put(alice, [card(f"Person {n}", f"p{n}@x.test") for n in range(300)])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    found = statements(lambda: queries.complete_recipients(alice, "per p12", groups=True))
    assert len(found) == 1
    listing = plan(found[0], may_sort=True)
    assert "contact_term" in listing
    assert "SCAN t" not in listing
    assert "SCAN a" not in listing
    assert "SCAN c" not in listing


def test_a_group_completes_to_its_members(alice: int) -> None:
    bob, wang = know(alice, "Bob", "bob@x.test"), know(alice, "王小明", "wang@x.test")
    other = CardAddress("wang@work.test", use_count=1, rank=5)
    kept = contacts.read(alice, [wang])[0]
    contacts.put(alice, [replace(kept, addresses=(*kept.addresses, other))])
    family, _ = contact_groups.create(alice, "家人 family")
    contact_groups.change_members(alice, family, add=[bob, wang, 10**9])
    assert completed(alice, "jia") == completed(alice, "fam") == ["家人 family"]
    members = queries.group_members(alice, family)
    assert [one.address for one in members] == ["bob@x.test", "wang@work.test"]
    token = undo.remember(alice, contact_groups.delete(alice, family))
    assert completed(alice, "fam") == []
    undo.undo(alice, token)
    assert len(queries.group_members(alice, family)) == 2
    with pytest.raises(contact_groups.GroupError):
        contact_groups.create(alice, "家人  family")


def test_merging_keeps_all_that_is_known_and_can_be_undone(alice: int) -> None:
    group, _ = contact_groups.create(alice, "Work")
    collected = know(alice, "", "bob@x.test", (NOON, NOON), is_collected=True)
    kept = know(alice, "Bob Lee", "bob@work.test", (NOON,), note="Likes tea", group_ids=(group,))
    same = know(alice, "bob lee", "BOB@x.test".lower(), phones=(("+1 555", "cell"),), note="Likes tea")
    stranger = know(alice, "Eve", "eve@x.test")
    assert queries.duplicates(alice) == [[collected, kept, same]]
    before = contacts.read(alice, [collected, kept, same])
    merged, done = contacts.merge(alice, [collected, kept, same])
    [one] = contacts.read(alice, queries.contact_ids(alice))[:1]
    assert (one.id, one.name, one.note, one.group_ids) == (merged, "Bob Lee", "Likes tea", (group,))
    assert {each.address: each.use_count for each in one.addresses} == {"bob@work.test": 1, "bob@x.test": 2}
    assert one.phones == (("+1 555", "cell"),)
    assert len(completed(alice, "bob")) == 2
    undo.undo(alice, undo.remember(alice, done))
    assert contacts.read(alice, [collected, kept, same]) == before
    with pytest.raises(LookupError):
        contacts.merge(alice, [stranger, 10**9])


def test_the_list_goes_by_the_sound_of_names(alice: int) -> None:
    names = ["Zoë", "王小明", "李雷", "Ånd", "曾华", "bob", "Bob"]
    contacts.put(alice, [card(name, f"{n}@x.test") for n, name in enumerate(names)])
    contacts.put(alice, [card("", "carl@x.test")])
    rows, after = [], None
    while page := queries.contact_page(alice, after=after, limit=3):
        rows += page[:3]
        if len(page) < 4:
            break
        after = page[2].sort_key, page[2].id
    shown = [row.name or row.address for row in rows]
    assert shown == ["Ånd", "bob", "Bob", "carl@x.test", "李雷", "王小明", "曾华", "Zoë"]
    assert [row.name for row in queries.contact_page(alice, text="wang bob")] == []
    assert [row.name for row in queries.contact_page(alice, text="zeng")] == ["曾华"]


def test_an_account_can_have_only_so_many(alice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts, "MOST_CONTACTS", 2)
    monkeypatch.setattr(contact_use, "MOST_CONTACTS", 2)
    bob = know(alice, "Bob", "bob@x.test")
    contact_use.count_use(alice, {"a@x.test": "", "b@x.test": ""}, NOON)
    assert len(queries.contact_ids(alice)) == 2
    with pytest.raises(contacts.ContactsFullError):
        know(alice, "Eve", "eve@x.test")
    contacts.put(alice, [card("Bobby", "bob@x.test", id=bob)])
    assert contacts.read(alice, [bob])[0].name == "Bobby"
