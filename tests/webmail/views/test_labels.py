"""Labels: made, changed, shown and hidden, merged, deleted; given and taken."""

import gzip
import json
import re
from html import escape

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.mail import arrive, do, letter
from tests.people import Person
from webmail.store import mailboxes, queries
from webmail.views import labels as labels_view

JSON = {"Accept": "application/json"}


def labels(person: Person) -> list[tuple[str, str]]:
    return [(row.path, row.color) for row in queries.mailbox_list(person.account.pk) if not row.role]


def test_a_label_is_made_with_those_above_it(web: Client, alice: Person) -> None:
    answer = web.post("/labels/new/", {"path": " Travel / Lisbon ", "color": "teal"})
    assert answer["Location"].startswith("/mail/label-")
    assert labels(alice) == [("Travel", ""), ("Travel/Lisbon", "teal")]
    assert "Lisbon" in web.get("/mail/inbox/").content.decode()


@pytest.mark.parametrize("path", ["", "Travel", "travel", "Inbox", "a//b"])
def test_a_name_that_cannot_be_is_told_at_the_field(web: Client, alice: Person, path: str) -> None:
    mailboxes.create(alice.account.pk, "Travel")
    answer = web.post("/labels/new/", {"path": path, "color": "red"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


@pytest.mark.parametrize("name", ["100% <b>off</b>", "%(rows)s", "1% &amp; more"])
def test_a_list_says_the_name_of_its_label_as_it_is(web: Client, alice: Person, name: str) -> None:
    for each in ("Before it", name):
        label, _done = mailboxes.create(alice.account.pk, each)
        shown = web.get(f"/mail/label-{label}/").content.decode()
        assert f'<h1 class="visually-hidden">{escape(each)}</h1>' in shown
        assert f'data-name="{escape(each)}"' in shown
        assert f"/labels/{label}/" in shown


def test_renaming_and_recolouring(web: Client, alice: Person) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work")
    assert web.get(f"/labels/{label}/").status_code == 200
    web.post(f"/labels/{label}/", {"path": "Bakery", "color": "orange"})
    assert labels(alice) == [("Bakery", "orange")]


def test_deleting_can_be_undone(web: Client, alice: Person, thread: int) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Work", color="red")
    do("label", alice.account.pk, [thread], add=[label])
    web.post(f"/labels/{label}/delete/")
    assert labels(alice) == []
    shown = web.get("/mail/inbox/").content.decode()
    undo = shown.partition('action="/undo/')[2].partition('"')[0]
    web.post(f"/undo/{undo}")
    assert labels(alice) == [("Work", "red")]


def test_others_labels_and_mailboxes_with_a_role_are_not_found(
    web: Client, alice: Person, bob: Person
) -> None:
    his, _done = mailboxes.create(bob.account.pk, "His")
    for target in (his, alice.mailbox("inbox")):
        assert web.get(f"/labels/{target}/").status_code == 404
        assert web.post(f"/labels/{target}/", {"path": "Mine", "color": "red"}).status_code == 404
        assert web.post(f"/labels/{target}/delete/").status_code == 404
    assert labels(bob) == [("His", "")]


def make(person: Person, path: str, **more: str) -> int:
    return mailboxes.create(person.account.pk, path, **more)[0]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def nav(web: Client) -> str:
    return text(web.get("/sidebar/"))


def act(web: Client, verb: str, *threads: int, **more: object) -> HttpResponse:
    fields = {"ids": ",".join(map(str, threads)), "in": "inbox", **more}
    return web.post(f"/conversations/{verb}/", fields, headers=JSON)


def test_nesting_by_a_choice_and_the_reasons_against_it(web: Client, alice: Person) -> None:
    work, plans = make(alice, "Work"), make(alice, "Work/Plans")
    web.post("/labels/new/", {"path": "Paris", "parent": work, "color": "red"})
    assert ("Work/Paris", "red") in labels(alice)
    shown = text(web.get(f"/labels/{plans}/"))
    assert 'value="Plans"' in shown
    assert f'<option value="{work}" selected>' in shown
    # Under itself is not offered; by a / in the name it is refused.
    assert web.post(f"/labels/{work}/", {"path": "Work", "parent": plans, "color": "red"}).status_code == 422
    answer = web.post(f"/labels/{work}/", {"path": "Work/Deep", "color": "red"})
    assert answer.status_code == 422
    assert "stand under itself" in text(answer)
    web.post(f"/labels/{plans}/", {"path": "Plans", "parent": "", "color": "red"})
    assert ("Plans", "red") in labels(alice)


def test_marks_of_direction_are_taken_out_of_a_pasted_name(web: Client, alice: Person) -> None:
    web.post("/labels/new/", {"path": "\u200fעברית\u200f", "color": "red"})
    assert labels(alice) == [("עברית", "red")]


@pytest.mark.parametrize("path", ["x" * 201, "/".join(["y" * 150] * 7)])
def test_a_name_can_be_too_long(web: Client, alice: Person, path: str) -> None:
    assert web.post("/labels/new/", {"path": path, "color": "red"}).status_code == 422
    assert labels(alice) == []


def test_a_script_makes_a_label(web: Client, alice: Person) -> None:
    made = web.post("/labels/new/", {"path": "A/B", "color": "grey"}, headers=JSON)
    assert made.json() | {"id": 0} == {"id": 0, "path": "A/B", "color": "grey"}
    refused = web.post("/labels/new/", {"path": "a/b", "color": "grey"}, headers=JSON)
    assert (refused.status_code, len(refused.json()["errors"])) == (422, 1)


def test_deleting_takes_those_below_and_undo_brings_them_back(web: Client, alice: Person) -> None:
    make(alice, "Work/Plans/Far")
    work = queries.mailbox_by_path(alice.account.pk, "Work")
    web.post(f"/labels/{work}/delete/")
    assert labels(alice) == []
    shown = text(web.get("/mail/inbox/"))
    assert "Label Work and 2 labels below it deleted" in shown
    web.post(f"/undo/{shown.partition('action="/undo/')[2].partition('"')[0]}")
    assert [path for path, _color in labels(alice)] == ["Work", "Work/Plans", "Work/Plans/Far"]


def test_a_dialog_leads_back_to_its_page(web: Client, alice: Person) -> None:
    work = make(alice, "Work")

    def leads(url: str, page: str, **fields: str) -> str:
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
        return json.loads(web.post(url, fields, headers=headers)["HX-Location"])["path"]

    named = {"path": "Firm", "color": "red"}
    assert leads(f"/labels/{work}/", "/labels/?q=w", **named) == "/labels/?q=w"
    assert leads(f"/labels/{work}/", "/settings/", **named) == f"/mail/label-{work}/"
    assert leads(f"/labels/{work}/", "/mail/inbox/?before=1.2.3", **named) == "/mail/inbox/?before=1.2.3"
    assert leads(f"/labels/{work}/delete/", f"/mail/label-{work}/") == "/mail/inbox/"


def test_the_page_of_all_labels_finds_and_pages(web: Client, alice: Person, thread: int) -> None:
    for number in range(labels_view.PAGE_LABELS + 5):
        make(alice, f"No. {number:03}")
    label = queries.mailbox_by_path(alice.account.pk, "No. 000")
    do("label", alice.account.pk, [thread], add=[label])
    shown = text(web.get("/labels/"))
    assert shown.count("labels-line") == labels_view.PAGE_LABELS
    assert "1 conversation<" in shown
    assert text(web.get(f"/labels/?from={labels_view.PAGE_LABELS}")).count("labels-line") == 5
    assert text(web.get("/labels/?q=no+017")).count("labels-line") == 1
    assert "No label has this" in text(web.get("/labels/?q=zebra"))
    assert web.get("/labels/?from=x&q=" + "x" * 5000).status_code == 200


def test_showing_and_hiding(web: Client, alice: Person, thread: int) -> None:
    label = make(alice, "Work")
    assert "is-tucked" not in nav(web)
    answer = web.post(f"/labels/{label}/show/", {"shown": "unread"}, headers=JSON).json()
    assert "is-tucked" in nav(web)
    do("label", alice.account.pk, [thread], add=[label])
    assert "is-tucked" not in nav(web)
    web.post(f"/labels/{label}/show/", {"shown": "never"})
    assert "is-tucked" in nav(web)
    make(alice, "Work/Seen")
    assert nav(web).count("is-tucked") == 0
    assert web.post(f"/labels/{label}/show/", {"shown": "sometimes"}).status_code == 400
    web.post(answer["undo"])
    assert queries.mailbox_list(alice.account.pk)[-2].shown == "always"


def test_merging(web: Client, alice: Person, thread: int) -> None:
    work, firm = make(alice, "Work"), make(alice, "Firm")
    do("label", alice.account.pk, [thread], add=[work])
    assert f'<option value="{firm}"' in text(web.get(f"/labels/{work}/merge/"))
    assert web.post(f"/labels/{work}/merge/", {"into": work}).status_code == 422
    assert web.post(f"/labels/{work}/merge/", {"into": firm})["Location"] == f"/mail/label-{firm}/"
    assert labels(alice) == [("Firm", "")]
    assert queries.thread_rows(alice.account.pk, [thread], firm)


def test_counts_of_hidden_children_are_summed(web: Client, alice: Person, thread: int) -> None:
    paris = make(alice, "Travel/France/Paris")
    do("label", alice.account.pk, [thread], add=[paris])
    drawn = nav(web)
    assert drawn.count('<span class="count count-all">1</span>') == 2
    assert drawn.count('has-unread"') == 2  # Inbox and Paris


def test_a_child_whose_parent_was_deleted_alone_keeps_its_whole_name(web: Client, alice: Person) -> None:
    make(alice, "Travel/Paris")
    mailboxes.delete(alice.account.pk, queries.mailbox_by_path(alice.account.pk, "Travel"))
    assert '<span class="nav-name">Travel/Paris</span>' in nav(web)


def test_what_a_name_could_break(web: Client, alice: Person) -> None:
    for name in ("100%s", "%(own1)s", "<script>", 'quo"te', "{{ x }}"):
        make(alice, name)
    drawn = nav(web)
    for shown in ("100%s", "%(own1)s", "&lt;script&gt;", "quo&quot;te", "{{ x }}"):
        assert f'<span class="nav-name">{shown}</span>' in drawn


def test_the_present_place_is_marked_and_no_more(web: Client, alice: Person) -> None:
    label = make(alice, "Work")
    assert f'data-slug="label-{label}" aria-current="page"' in text(web.get(f"/mail/label-{label}/"))
    assert text(web.get("/mail/inbox/")).count('aria-current="page"') == 1
    odd = web.get("/mail/inbox/", {"in": 'x" onclick="'})
    assert "onclick" not in text(odd)


def test_five_hundred_labels_are_a_small_page(
    web: Client, alice: Person, thread: int, django_assert_num_queries
) -> None:
    for first in range(10):
        for second in range(10):
            for third in range(5):
                make(alice, f"Label number {first}/Second level {second}/Third level {third}")
    web.get("/mail/inbox/")
    with django_assert_num_queries(3):
        answer = web.get("/mail/inbox/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 30_000
    whole = gzip.decompress(answer.content).decode()
    assert whole.count('class="nav-label ') == 610
    # Menus hold none of them.
    assert whole.count("Third level 4") == 100


def test_labels_are_given_and_taken_together(web: Client, alice: Person, thread: int) -> None:
    old, new, other = make(alice, "Old"), make(alice, "New"), make(alice, "Other")
    do("label", alice.account.pk, [thread], add=[old])
    answer = act(web, "label", thread, add=f"{new},{other}", remove=old).json()
    assert answer["text"] == "Labels changed"
    row = queries.thread_rows(alice.account.pk, [thread])[0]
    assert {new, other} < set(row.mailbox_ids)
    assert old not in row.mailbox_ids
    web.post(answer["undo"], headers=JSON)
    assert old in queries.thread_rows(alice.account.pk, [thread])[0].mailbox_ids
    assert act(web, "label", thread, remove=old).json()["text"] == "Old removed"


def test_anothers_label_is_not_given(web: Client, bob: Person, thread: int) -> None:
    his = make(bob, "His")
    for fields in ({"add": his}, {"remove": his}, {"ticked": his, "had": ""}, {"add": "x"}):
        assert act(web, "label", thread, **fields).status_code == 404


def test_everything_gets_labels(web: Client, alice: Person, thread: int) -> None:
    old, new = make(alice, "Old"), make(alice, "New")
    do("label", alice.account.pk, [thread], add=[old])
    answer = web.post(
        "/conversations/label/", {"in": "inbox", "all": "1", "add": new, "remove": old}, headers=JSON
    ).json()
    assert answer["text"] == "Labels changed"
    assert queries.thread_rows(alice.account.pk, [thread], new)
    web.post(answer["undo"], headers=JSON)
    assert queries.thread_rows(alice.account.pk, [thread], old)


def test_without_a_label_it_is_asked_for(web: Client, alice: Person, thread: int) -> None:
    second = arrive(alice.account.pk, letter("Second", number=2)).thread_id
    both, one, none = make(alice, "Both"), make(alice, "One"), make(alice, "None")
    do("label", alice.account.pk, [thread, second], add=[both])
    do("label", alice.account.pk, [thread], add=[one])
    asked = {"ids": [thread, second], "in": "inbox", "next": "/mail/inbox/?before=1.1.1"}
    for page in (web.get("/conversations/label/", asked), web.post("/conversations/label/", asked)):
        assert f'value="{both}" checked' in text(page)
        assert f'value="{one}" checked' not in text(page)
        assert text(page).count("some have it") == 1
    ids = f"{thread},{second}"
    answer = web.post(
        "/conversations/label/", {**asked, "ids": ids, "had": f"{both},", "ticked": [one, none]}
    )
    assert answer["Location"] == "/mail/inbox/?before=1.1.1"
    rows = queries.thread_rows(alice.account.pk, [thread, second])
    assert all({one, none} < set(row.mailbox_ids) for row in rows)
    assert all(both not in row.mailbox_ids for row in rows)


def test_without_a_place_it_is_asked_for(web: Client, alice: Person, thread: int) -> None:
    work = make(alice, "Work")
    page = text(web.get("/conversations/move/", {"ids": thread, "in": "inbox"}))
    offered = re.findall(r'name="mailbox" value="(\d+)"', page)
    roles = [str(alice.mailbox(role)) for role in ("archive", "junk", "trash")]
    assert offered == [*roles, str(work)]
    assert "//evil" not in text(web.get("/conversations/move/", {"ids": thread, "next": "//evil.test"}))
    assert web.get("/conversations/move/", {"ids": "x"}).status_code == 400


def test_anothers_conversations_are_not_asked_about(web: Client, bob: Person) -> None:
    his = arrive(bob.account.pk, letter("Private", number=7)).thread_id
    assert "Nothing was selected." in text(web.get("/conversations/label/", {"ids": his}))
