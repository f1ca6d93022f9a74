"""Labels: their names, what stands below them, merging; and the way back from each."""

import pytest

from tests.mail import account, arrive, do, letter
from webmail.models import Mailbox, Rule, Shown
from webmail.store import check, mailboxes, merge, queries, rules, undo
from webmail.store.done import Done
from webmail.store.mailbox_names import MailboxError


@pytest.fixture
def alice(db: None) -> int:
    return account().pk


def paths(account_id: int) -> list[str]:
    return [row.path for row in queries.mailbox_list(account_id) if not row.role]


def make(account_id: int, path: str, **more: str) -> int:
    return mailboxes.create(account_id, path, **more)[0]


def by_path(account_id: int, path: str) -> int:
    key = queries.mailbox_by_path(account_id, path)
    assert key
    return key


def standing(account_id: int) -> dict[str, list[str]]:
    """Subjects by path, of each mailbox that has any."""
    found = {}
    for row in queries.mailbox_list(account_id):
        rows = queries.mailbox_page(account_id, row.id).rows
        found[row.path] = sorted(each.subject for each in rows)
    return {path: subjects for path, subjects in found.items() if subjects}


def take_back(account_id: int, done: Done) -> None:
    undo.undo(account_id, undo.remember(account_id, done))


@pytest.fixture
def filed(alice: int) -> int:
    """Three letters: one in Work and in the Inbox, one in Work/Plans only, one in Old/Plans/Far only."""
    work, plans, far = make(alice, "Work"), make(alice, "Work/Plans"), make(alice, "Old/Plans/Far")
    arrive(alice, letter("Both", number=1), mailbox_ids=(work,))
    arrive(alice, letter("Planned", number=2), roles=(), mailbox_ids=(plans,))
    arrive(alice, letter("Distant", number=3), roles=(), mailbox_ids=(far,))
    return work


def test_levels_stand_together(alice: int) -> None:
    for path in ("Work 2", "Work/Plans", "Work-like", "Work"):
        if path != "Work":
            make(alice, path)
    assert paths(alice) == ["Work", "Work/Plans", "Work 2", "Work-like"]


def test_undo_of_making_takes_empty_parents_along(alice: int) -> None:
    _key, done = mailboxes.create(alice, "A/B/C")
    arrive(alice, letter(), roles=(), mailbox_ids=(by_path(alice, "A"),))
    take_back(alice, done)
    assert paths(alice) == ["A"]


@pytest.mark.parametrize("name", ["👨‍👩‍👧 Kids", "می‌خواهم", "עברית", "é", "100%"])
def test_names_that_people_give(alice: int, name: str) -> None:
    make(alice, name)
    assert len(paths(alice)) == 1


@pytest.mark.parametrize("name", ["a\u202eb", "a\u200bb", "\u0007", "\ud800", "a\u2028b", "x//y"])
def test_names_that_deceive_or_cannot_be_seen(alice: int, name: str) -> None:
    with pytest.raises(MailboxError) as caught:
        make(alice, name)
    assert caught.value.code == "name"


def test_composed_letters_are_the_same_name(alice: int) -> None:
    make(alice, "Cafe\u0301")
    with pytest.raises(MailboxError):
        make(alice, "CAFÉ")


def test_a_parent_is_written_as_it_is(alice: int) -> None:
    make(alice, "Travel")
    make(alice, "travel/Paris")
    assert paths(alice) == ["Travel", "Travel/Paris"]


def test_renaming_makes_missing_parents_and_takes_children_along(alice: int, filed: int) -> None:
    before = paths(alice)
    done = mailboxes.rename(alice, filed, "Firm/Office/Work")
    assert paths(alice)[:4] == ["Firm", "Firm/Office", "Firm/Office/Work", "Firm/Office/Work/Plans"]
    take_back(alice, done)
    assert paths(alice) == before


@pytest.mark.parametrize("path", ["Work/Plans/Work", "work/x", "WORK/Plans/y"])
def test_a_label_cannot_go_under_itself(alice: int, filed: int, path: str) -> None:
    with pytest.raises(MailboxError) as caught:
        mailboxes.rename(alice, filed, path)
    assert caught.value.code == "cycle"


def test_another_spelling_of_the_same_name(alice: int, filed: int) -> None:
    mailboxes.rename(alice, filed, "WORK")
    assert "WORK/Plans" in paths(alice)


def test_deleting_with_what_is_below_and_back(alice: int, filed: int) -> None:
    mailboxes.show(alice, filed, Shown.UNREAD)
    before, names = standing(alice), paths(alice)
    done = mailboxes.delete_tree(alice, filed)
    assert paths(alice) == ["Old", "Old/Plans", "Old/Plans/Far"]
    assert standing(alice) == {"Inbox": ["Both"], "Archive": ["Planned"], "Old/Plans/Far": ["Distant"]}
    take_back(alice, done)
    assert (standing(alice), paths(alice)) == (before, names)
    assert Mailbox.objects.get(account_id=alice, path="Work").shown == Shown.UNREAD
    assert list(check.problems()) == []


def test_a_deleted_label_that_was_made_again_gets_its_mail_back(alice: int, filed: int) -> None:
    before = standing(alice)
    done = mailboxes.delete(alice, by_path(alice, "Work/Plans"))
    make(alice, "Work/Plans")
    take_back(alice, done)
    assert standing(alice) == before


def test_merging_and_back(alice: int, filed: int) -> None:
    before, names = standing(alice), paths(alice)
    make(alice, "Work/Other/Deep")
    done = merge.merge(alice, filed, by_path(alice, "Old"))
    assert paths(alice) == ["Old", "Old/Other", "Old/Other/Deep", "Old/Plans", "Old/Plans/Far"]
    assert standing(alice) == {
        "Inbox": ["Both"],
        "Old": ["Both"],
        "Old/Plans": ["Planned"],
        "Old/Plans/Far": ["Distant"],
    }
    take_back(alice, done)
    assert standing(alice) == before
    assert paths(alice) == sorted([*names, "Work/Other", "Work/Other/Deep"])
    assert list(check.problems()) == []


def test_merging_into_itself_or_below_is_refused(alice: int, filed: int) -> None:
    for into in (filed, by_path(alice, "Work/Plans")):
        with pytest.raises(MailboxError) as caught:
            merge.merge(alice, filed, into)
        assert caught.value.code == "cycle"


def test_a_label_goes_up_into_the_one_above(alice: int, filed: int) -> None:
    merge.merge(alice, by_path(alice, "Work/Plans"), filed)
    assert standing(alice)["Work"] == ["Both", "Planned"]


def test_several_changes_of_a_label_have_one_way_back(alice: int, filed: int) -> None:
    done = mailboxes.alter(alice, filed, path="Firm", color="red", shown="never")
    row = next(row for row in queries.mailbox_list(alice) if row.id == filed)
    assert (row.path, row.color, row.shown) == ("Firm", "red", "never")
    take_back(alice, done)
    row = next(row for row in queries.mailbox_list(alice) if row.id == filed)
    assert (row.path, row.color, row.shown) == ("Work", "", "always")


def test_there_is_no_way_back_to_a_name_that_is_taken(alice: int, filed: int) -> None:
    done = mailboxes.rename(alice, filed, "Firm")
    make(alice, "Work")
    with pytest.raises(undo.NothingToUndoError):
        take_back(alice, done)
    assert "Firm" in paths(alice)


def test_there_is_an_end_to_labels(alice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "MAX_MAILBOXES", 8)
    make(alice, "One")
    with pytest.raises(MailboxError) as caught:
        make(alice, "Two/Three")
    assert caught.value.code == "full"
    assert paths(alice) == ["One"]


def test_labels_given_and_taken_at_once(alice: int, filed: int) -> None:
    before = standing(alice)
    other = make(alice, "Other")
    rows = queries.mailbox_page(alice, by_path(alice, "Work/Plans")).rows
    plans = by_path(alice, "Work/Plans")
    done = do("label", alice, [rows[0].thread_id], add=[other, filed], remove=[plans])
    # It stands elsewhere now, so it isn't archived.
    assert standing(alice) == {
        "Inbox": ["Both"],
        "Work": ["Both", "Planned"],
        "Other": ["Planned"],
        "Old/Plans/Far": ["Distant"],
    }
    take_back(alice, done)
    assert standing(alice) == before
    assert list(check.problems()) == []


def test_rules_follow_a_label_that_is_deleted_and_made_again_or_merged(alice: int) -> None:
    first, second = make(alice, "First"), make(alice, "Second")
    key = rules.create(alice, rules.Written(query="x", mailbox_id=first))
    done = mailboxes.delete(alice, first)
    assert Rule.objects.get().mailbox_id is None
    take_back(alice, done)
    assert Rule.objects.get().mailbox_id == by_path(alice, "First")
    done = merge.merge(alice, by_path(alice, "First"), second)
    assert Rule.objects.get(pk=key).mailbox_id == second
    take_back(alice, done)
    assert Rule.objects.get().mailbox_id == by_path(alice, "First")
