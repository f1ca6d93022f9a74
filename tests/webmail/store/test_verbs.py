"""Flags, copy, move, expunge, conversations, mailboxes: and back again by Undo."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.mail import account, arrive, do, letter
from webmail.models import Account, ExpungedMessage, Mailbox, MailboxMessage, Message, Thread, Unit
from webmail.store import check, conversations, copy, expunge, flags, mailboxes, queries, undo
from webmail.store.acts import ACTS, Chosen, Named, act
from webmail.store.board import UnknownMailboxError
from webmail.store.done import Done

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _all_is_well() -> Iterator[None]:
    """Whatever a test did: counters, conversations and uids are right after it."""
    yield
    assert list(check.problems()) == []


@pytest.fixture
def alice() -> int:
    return account().pk


def box(account_id: int, role: str) -> int:
    return queries.mailbox_by_role(account_id, role)


def where(account_id: int) -> dict[str, list[tuple[int, frozenset[str]]]]:
    """What stands where: path -> (message, flags)."""
    found: dict[str, list[tuple[int, frozenset[str]]]] = {}
    rows = MailboxMessage.objects.filter(account_id=account_id).select_related("mailbox")
    for row in rows.order_by("mailbox__path", "message_id"):
        flag_names = flags.flags_of(row)
        found.setdefault(row.mailbox.path, []).append((row.message_id, flag_names))
    return found


def paths(account_id: int) -> dict[str, list[int]]:
    return {path: [key for key, _ in rows] for path, rows in where(account_id).items()}


def test_flags_are_those_of_the_message_everywhere(alice: int) -> None:
    added = arrive(alice, letter(), roles=("inbox", "sent"))
    done = flags.set_flags(alice, [added.message_id], add=frozenset({"\\Seen", "$Work"}))
    rows = MailboxMessage.objects.filter(message_id=added.message_id)
    assert {(row.seen, row.keywords, row.modseq) for row in rows} == {(True, " $Work ", done.modseq)}
    assert set(
        Mailbox.objects.filter(role__in=("inbox", "sent")).values_list("highest_modseq", flat=True)
    ) == {done.modseq}
    again = flags.set_flags(alice, [added.message_id], add=frozenset({"\\Seen", "$WORK"}))
    assert again.count == 0
    assert rows.first().modseq == done.modseq


def test_stars_are_counted_by_message_and_not_in_the_bins(alice: int) -> None:
    first = arrive(alice, letter("Plan", number=1), roles=("inbox", "sent"))
    second = arrive(alice, letter("Re: Plan", number=2, references=[1]))
    assert second.thread_id == first.thread_id
    both, star = [first.message_id, second.message_id], frozenset({"\\Flagged"})

    def stars() -> tuple[int, int]:
        return Thread.objects.values_list("flagged_count", "modseq").get()

    done = flags.set_flags(alice, both, add=star)
    assert (done.count, stars()) == (2, (2, done.modseq))
    copy.move_messages(alice, [second.message_id], box(alice, "inbox"), box(alice, "trash"))
    flags.set_flags(alice, [second.message_id], remove=star)
    again = flags.set_flags(alice, [second.message_id], add=star | {"\\Answered"})
    assert stars() == (1, again.modseq)
    conversations.trash(alice, both)
    flags.set_flags(alice, [first.message_id], remove=star)
    assert stars()[0] == 1


def test_deleted_belongs_to_the_placement(alice: int) -> None:
    added = arrive(alice, letter(), roles=("inbox", "sent"))
    inbox = box(alice, "inbox")
    flags.set_flags(alice, [added.message_id], add=frozenset({"\\Deleted"}), mailbox_id=inbox)
    assert list(MailboxMessage.objects.filter(deleted=True).values_list("mailbox_id", flat=True)) == [inbox]


def test_a_move_gives_a_new_uid_and_tells_of_the_old(alice: int) -> None:
    added = arrive(alice, letter())
    inbox, archive = box(alice, "inbox"), box(alice, "archive")
    done = copy.move_messages(alice, [added.message_id], inbox, archive)
    assert done.uids == {archive: {added.message_id: 1}}
    gone = ExpungedMessage.objects.get()
    assert (gone.mailbox_id, gone.uid, gone.modseq) == (inbox, added.uids[inbox], done.modseq)
    back = copy.move_messages(alice, [added.message_id], archive, inbox)
    assert back.uids == {inbox: {added.message_id: 2}}


def test_a_move_from_where_it_is_not_moves_nothing(alice: int) -> None:
    added = arrive(alice, letter())
    done = copy.move_messages(alice, [added.message_id], box(alice, "sent"), box(alice, "trash"))
    assert done.count == 0
    assert paths(alice) == {"Inbox": [added.message_id]}


def test_nobody_reaches_the_mail_of_another(alice: int) -> None:
    bob = account("bob@crepes.test").pk
    added = arrive(alice, letter())
    assert flags.set_flags(bob, [added.message_id], add=frozenset({"\\Seen"})).count == 0
    assert expunge.delete_forever(bob, [added.message_id]).count == 0
    assert conversations.trash(bob, [added.message_id]).count == 0
    with pytest.raises(UnknownMailboxError):
        copy.copy_messages(alice, [added.message_id], box(bob, "inbox"))
    assert paths(alice) == {"Inbox": [added.message_id]}


def test_delete_forever_frees_room_and_can_be_undone(alice: int) -> None:
    added = arrive(alice, letter(), flags=frozenset({"\\Flagged", "$Work"}))
    before = where(alice)
    token = undo.remember(alice, expunge.delete_forever(alice, [added.message_id]))
    assert Account.objects.get(pk=alice).used_bytes == 0
    assert Message.objects.get().orphaned_at is not None
    assert queries.conversation(alice, added.thread_id) == []
    assert Thread.objects.get().message_count == 0
    undo.undo(alice, token)
    assert where(alice) == before
    assert Account.objects.get(pk=alice).used_bytes == len(letter())


def test_undo_works_once_and_for_its_owner(alice: int) -> None:
    bob = account("bob@crepes.test").pk
    added = arrive(alice, letter())
    token = undo.remember(alice, conversations.archive(alice, [added.message_id]))
    for who, asked in ((bob, token), (alice, "unknown")):
        with pytest.raises(undo.NothingToUndoError):
            undo.undo(who, asked)
    undo.undo(alice, token)
    with pytest.raises(undo.NothingToUndoError):
        undo.undo(alice, token)


type Verb = Callable[[int, Chosen, int], Done]


def _verb(name: str) -> Verb:
    return lambda account_id, chosen, label: act(name, account_id, chosen, named=Named(label, add=[label]))


VERBS: dict[str, Verb] = {
    name: _verb(name)
    for name in (
        "archive",
        "trash",
        "junk",
        "move",
        "copy",
        "label",
        "unlabel",
        "star",
        "unstar",
        "read",
        "unread",
        "unreadfrom",
        "mute",
        "delete",
    )
} | {"delete label": lambda account_id, _chosen, label: mailboxes.delete(account_id, label)}


def populate(alice: int) -> tuple[Chosen, int]:
    """Two conversations: one in three mailboxes and a label, one with a message in the label only."""
    label, _ = mailboxes.create(alice, "Work/Projects", color="teal")
    first = arrive(alice, letter("Lunch", number=1), flags=frozenset({"\\Seen"}))
    arrive(
        alice,
        letter("Re: Lunch", number=2, references=[1]),
        role="sent",
        flags=frozenset({"\\Seen"}),
        minute=1,
    )
    arrive(
        alice,
        letter("Re: Lunch", number=3, references=[1]),
        minute=2,
        flags=frozenset({"\\Flagged", "\\Seen"}),
    )
    arrive(alice, letter("Re: Lunch", number=4, references=[1]), role="trash", minute=3)
    second = arrive(alice, letter("Other", number=9), roles=(), mailbox_ids=(label,))
    copy.copy_messages(alice, [first.message_id], label)
    return Chosen(Unit.CONVERSATION, [first.thread_id, second.thread_id]), label


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_can_be_undone(alice: int, name: str) -> None:
    chosen, label = populate(alice)
    before = where(alice)
    done = VERBS[name](alice, chosen, label)
    changed = where(alice)
    assert changed != before
    assert done.count
    undo.undo(alice, undo.remember(alice, done))
    assert where(alice) == before


@pytest.mark.parametrize("name", VERBS)
def test_undo_can_be_undone(alice: int, name: str) -> None:
    chosen, label = populate(alice)
    done = VERBS[name](alice, chosen, label)
    changed = where(alice)
    undone = undo.undo(alice, undo.remember(alice, done))
    undo.undo(alice, undo.remember(alice, undone))
    assert where(alice) == changed


def test_delete_forever_takes_what_is_in_the_bin(alice: int) -> None:
    chosen, _ = populate(alice)
    before = where(alice)
    done = act("delete", alice, chosen, box(alice, "trash"))
    assert done.count == 1
    assert "Trash" not in where(alice)
    undo.undo(alice, undo.remember(alice, done))
    assert where(alice) == before


def test_several_verbs_are_undone_together(alice: int) -> None:
    chosen, _ = populate(alice)
    before = where(alice)
    token = undo.remember(
        alice,
        *(act(verb, alice, chosen, None) for verb in ("star", "archive", "trash")),
    )
    undo.undo(alice, token)
    assert where(alice) == before


def test_what_loses_its_last_label_goes_to_archive(alice: int) -> None:
    label, _ = mailboxes.create(alice, "Work")
    added = arrive(alice, letter(), roles=(), mailbox_ids=(label,))
    conversations.unlabel(alice, [added.message_id], label)
    assert paths(alice) == {"Archive": [added.message_id]}


def test_the_bins_are_left_out_of_all_and_starred(alice: int) -> None:
    added = arrive(alice, letter(), flags=frozenset({"\\Flagged"}))
    assert [row.thread_id for row in queries.starred_page(alice).rows] == [added.thread_id]
    conversations.trash(alice, [added.message_id])
    assert queries.starred_page(alice).rows == queries.all_page(alice).rows == []
    assert [row.thread_id for row in queries.mailbox_page(alice, box(alice, "trash")).rows] == [
        added.thread_id
    ]
    conversations.move(alice, [added.message_id], box(alice, "inbox"), box(alice, "trash"))
    assert len(queries.all_page(alice).rows) == 1


def test_a_recreated_path_has_a_higher_uidvalidity(alice: int) -> None:
    first, _ = mailboxes.create(alice, "Work")
    validity = Mailbox.objects.get(pk=first).uid_validity
    mailboxes.delete(alice, first)
    second, _ = mailboxes.create(alice, "Work")
    assert Mailbox.objects.get(pk=second).uid_validity > validity


def test_rename_takes_the_levels_below_along(alice: int) -> None:
    mailboxes.create(alice, "Work/Projects/Pancakes")
    mailboxes.create(alice, "Workshop")
    work = queries.mailbox_by_path(alice, "Work")
    done = mailboxes.rename(alice, work, "Office")
    names = {row.path for row in queries.mailbox_list(alice) if not row.role}
    assert names == {"Office", "Office/Projects", "Office/Projects/Pancakes", "Workshop"}
    undo.undo(alice, undo.remember(alice, done))
    assert queries.mailbox_by_path(alice, "Work/Projects/Pancakes")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "name"),
        ("a//b", "name"),
        ("a\nb", "name"),
        ("INBOX", "exists"),
        ("work", "exists"),
        ("x" * 1001, "long"),
    ],
)
def test_a_bad_name_is_refused(alice: int, path: str, code: str) -> None:
    mailboxes.create(alice, "Work")
    with pytest.raises(mailboxes.MailboxError) as caught:
        mailboxes.create(alice, path)
    assert caught.value.code == code


def test_special_mailboxes_stay(alice: int) -> None:
    with pytest.raises(mailboxes.MailboxError):
        mailboxes.delete(alice, box(alice, "inbox"))


def test_changes_since_tells_what_to_draw_again(alice: int) -> None:
    kept = arrive(alice, letter(number=1))
    gone = arrive(alice, letter(number=2))
    seen = queries.current_modseq(alice)
    assert queries.changes_since(alice, seen).threads == []
    conversations.mark_read(alice, [kept.message_id])
    expunge.delete_forever(alice, [gone.message_id])
    changes = queries.changes_since(alice, seen)
    assert (changes.threads, changes.gone) == ([kept.thread_id], [gone.thread_id])
    assert changes.modseq == queries.current_modseq(alice)


def subjects(account_id: int, role: str) -> list[str]:
    return [row.subject for row in queries.mailbox_page(account_id, box(account_id, role)).rows]


def test_mail_of_a_muted_conversation_passes_the_inbox_by(alice: int) -> None:
    first = arrive(alice, letter("Party", number=1))
    done = do("mute", alice, [first.thread_id])
    arrive(alice, letter("Re: Party", number=2, references=[1]), minute=1)
    arrive(alice, letter("Other", number=3), minute=2)
    assert subjects(alice, "inbox") == ["Other"]
    assert subjects(alice, "archive") == ["Party"]
    assert len(queries.conversation(alice, first.thread_id)) == 2
    undo.undo(alice, undo.remember(alice, done))
    assert subjects(alice, "inbox") == ["Other", "Party"]
    do("unmute", alice, [first.thread_id])
    arrive(alice, letter("Re: Party", number=4, references=[1]), minute=3)
    assert subjects(alice, "inbox") == ["Party", "Other"]
    assert list(check.problems()) == []


def test_a_verb_on_a_message_leaves_the_rest_of_its_conversation(alice: int) -> None:
    chosen, _ = populate(alice)
    first, answer, third, binned = queries.messages_of_threads(alice, chosen.ids[:1])
    one = Chosen(Unit.MESSAGE, [first])
    before = paths(alice)
    act("archive", alice, one, box(alice, "inbox"))
    assert paths(alice) == before | {"Inbox": [third], "Archive": [first]}
    act("trash", alice, one, None)
    assert paths(alice)["Trash"] == [first, binned]
    act("star", alice, Chosen(Unit.MESSAGE, [answer]), None)
    assert MailboxMessage.objects.get(message_id=answer).flagged
    assert not MailboxMessage.objects.filter(message_id=first, flagged=True).exists()


def test_unread_from_here_means_the_later_ones_but_drafts_and_bins(alice: int) -> None:
    chosen, _ = populate(alice)
    first, answer, third, binned = queries.messages_of_threads(alice, chosen.ids[:1])
    act("read", alice, chosen, None)
    draft = arrive(
        alice,
        letter("Re: Lunch", number=5, references=[1]),
        role="drafts",
        minute=4,
        flags=frozenset({"\\Draft", "\\Seen"}),
    )
    act("unreadfrom", alice, Chosen(Unit.MESSAGE, [answer]), None)
    unseen = MailboxMessage.objects.filter(seen=False).values_list("message_id", flat=True)
    assert set(unseen) == {answer, third}
    assert draft.message_id not in queries.messages_from(alice, [first])
    assert binned in queries.messages_from(alice, [binned])


def test_a_copy_stands_in_one_mailbox_more(alice: int) -> None:
    chosen, label = populate(alice)
    before = paths(alice)
    done = act("copy", alice, chosen, box(alice, "trash"), Named(label))
    assert done.count == 1
    assert set(paths(alice)["Work/Projects"]) == {*before["Work/Projects"], *before["Trash"]}
    assert paths(alice)["Trash"] == before["Trash"]


def test_unmute_of_one_message_is_of_its_conversation(alice: int) -> None:
    first = arrive(alice, letter("Party", number=1))
    second = arrive(alice, letter("Re: Party", number=2, references=[1]), minute=1)
    do("mute", alice, [first.thread_id])
    act("unmute", alice, Chosen(Unit.MESSAGE, [second.message_id]), None)
    arrive(alice, letter("Re: Party", number=3, references=[1]), minute=2)
    assert subjects(alice, "inbox") == ["Party"]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_drifts_whatever_is_done_to_single_messages(alice: int, seed: int) -> None:
    chance = random.Random(seed)
    chosen, label = populate(alice)
    keys = queries.messages_of_threads(alice, chosen.ids)
    before, tokens = where(alice), []
    places = [None, label, *(box(alice, role) for role in ("inbox", "archive", "trash", "junk", "sent"))]
    for _ in range(40):
        some = Chosen(Unit.MESSAGE, chance.sample(keys, chance.randint(1, len(keys))))
        target = chance.choice([place for place in places if place])
        named = Named(target, add=[target], remove=[label], until=timezone.now() + timedelta(days=1))
        done = act(chance.choice(sorted(ACTS)), alice, some, chance.choice(places), named)
        tokens.append(undo.remember(alice, done))
        assert list(check.problems(bytes_too=False)) == []
        listed = {row.message_id for row in queries.all_messages(alice).rows}
        rows = MailboxMessage.objects.exclude(mailbox__role__in=("junk", "trash"))
        assert listed == set(rows.values_list("message_id", flat=True))
    for token in reversed(tokens):
        undo.undo(alice, token)
    assert where(alice) == before
