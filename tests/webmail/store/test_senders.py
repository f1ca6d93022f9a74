"""Choices about senders: one name each, kept, taken back; what is known of a sender; mail of theirs found."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.contacts import know
from tests.mail import NOON, account, arrive, arrive_all, do, letter, new
from webmail.models import Account, SenderChoice, Verdict
from webmail.store import bulk, from_senders, mailboxes, queries, sender_names, senders, undo
from webmail.store.bulk import Asked
from webmail.store.check import problems
from webmail.store.from_senders import Counted, FromSenders
from webmail.store.queries import Asked as Writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Account:
    return account()


def box(owner: Account, role: str) -> int:
    return queries.mailbox_by_role(owner.pk, role)


def subjects(owner: Account, role: str) -> set[str]:
    return {row.subject for row in queries.mailbox_page(owner.pk, box(owner, role), limit=200).rows}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Bob@Hamburger.TEST", "bob@hamburger.test"),
        (" bob@hamburger.test. ", "bob@hamburger.test"),
        ("hamburger.test", "@hamburger.test"),
        ("@hamburger.test", "@hamburger.test"),
        ("*@hamburger.test", "@hamburger.test"),
        ("news@例子.test", "news@xn--fsqu00a.test"),
        ("例子.test", "@xn--fsqu00a.test"),
    ],
)
def test_a_sender_has_one_name(typed: str, name: str) -> None:
    assert sender_names.read(typed) == name


@pytest.mark.parametrize("typed", ["", "test", "@test", "a b", "bob@", "@", "a@b@", "x" * 400 + ".test"])
def test_what_names_nobody(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        sender_names.read(typed)


def test_a_choice_covers_from_the_particular_to_the_general() -> None:
    assert sender_names.covering("a@x.shop.test") == ["a@x.shop.test", "@x.shop.test", "@shop.test"]
    assert sender_names.covering("@shop.test") == ["@shop.test"]
    assert sender_names.covering("") == []


def test_a_choice_is_kept_counted_and_taken_back(alice: Account) -> None:
    first = senders.choose(alice, "bob@hamburger.test", Verdict.BLOCKED)
    alice.refresh_from_db()
    assert alice.sender_choice_count == 1
    second = senders.choose(alice, "bob@hamburger.test", Verdict.ACCEPTED)
    assert SenderChoice.objects.get().verdict == Verdict.ACCEPTED
    assert senders.choose(alice, "bob@hamburger.test", Verdict.ACCEPTED).inverse == ()
    undo.undo(alice.pk, undo.remember(alice.pk, second))
    assert SenderChoice.objects.get().verdict == Verdict.BLOCKED
    undo.undo(alice.pk, undo.remember(alice.pk, first))
    alice.refresh_from_db()
    assert (SenderChoice.objects.count(), alice.sender_choice_count) == (0, 0)
    assert senders.forget(alice.pk, "bob@hamburger.test").inverse == ()


def test_a_label_that_goes_leaves_the_inbox(alice: Account) -> None:
    label, _done = mailboxes.create(alice.pk, "News")
    done = senders.choose(alice, "news@shop.test", Verdict.ACCEPTED, label)
    back = senders.forget(alice.pk, "news@shop.test")
    mailboxes.delete(alice.pk, label)
    undo.undo(alice.pk, undo.remember(alice.pk, back))
    assert SenderChoice.objects.get().mailbox_id is None
    assert done.count == 0


@pytest.mark.parametrize(
    "sender", ["alice@crepes.test", "@crepes.test", "me@elsewhere.test", "@elsewhere.test"]
)
@pytest.mark.parametrize("verdict", [Verdict.BLOCKED, Verdict.REFUSED])
def test_nobody_blocks_oneself(alice: Account, sender: str, verdict: Verdict) -> None:
    alice.identities.create(address="Me@elsewhere.test")
    with pytest.raises(senders.SenderError) as refused:
        senders.choose(alice, sender, verdict)
    assert refused.value.code == "own"


def test_there_is_an_end_of_choices(alice: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "MAX_CHOICES", 2)
    for name in "ab":
        senders.choose(alice, f"{name}@x.test", Verdict.BLOCKED)
    with pytest.raises(senders.SenderError) as refused:
        senders.choose(alice, "c@x.test", Verdict.BLOCKED)
    assert refused.value.code == "full"
    senders.choose(alice, "a@x.test", Verdict.ACCEPTED)


def test_the_most_particular_choice_counts(alice: Account) -> None:
    senders.choose(alice, "@shop.test", Verdict.BLOCKED)
    senders.choose(alice, "orders@mail.shop.test", Verdict.ACCEPTED)
    asked = ["x@shop.test", "x@mail.shop.test", "orders@mail.shop.test", "x@notshop.test", ""]
    facts = queries.sender_facts([Writer(alice.pk, sender) for sender in asked])
    assert [fact.verdict for fact in facts] == ["blocked", "blocked", "accepted", "", ""]
    found = queries.sender_choices(alice.pk, asked)
    assert {sender: choice.verdict for sender, choice in found.items()} == {
        "x@shop.test": "blocked",
        "x@mail.shop.test": "blocked",
        "orders@mail.shop.test": "accepted",
    }


def test_what_is_known_of_a_sender_is_one_statement(alice: Account, django_assert_num_queries) -> None:
    bob = account("bob@hamburger.test", "Bob")
    know(alice.pk, "", "carol@crepes.test")
    alice.aliases.create(domain=alice.domain, address="shop@crepes.test")
    alice.identities.create(address="Me@Elsewhere.test")
    arrive(alice.pk, letter("Mine", number=7), role="sent")
    arrive(alice.pk, letter("Not mine", number=8))
    senders.screen(alice.pk, on=True)
    senders.choose(bob, "carol@crepes.test", Verdict.BLOCKED)
    asked = [
        Writer(alice.pk, "carol@crepes.test"),
        Writer(alice.pk, "alice@crepes.test"),
        Writer(alice.pk, "shop@crepes.test"),
        Writer(alice.pk, "me@elsewhere.test"),
        Writer(alice.pk, "new@x.test", ("x@y", "7@hamburger.test")),
        Writer(alice.pk, "new@x.test", ("8@hamburger.test",)),
        Writer(bob.pk, "carol@crepes.test", ("7@hamburger.test",)),
        Writer(bob.pk, ""),
    ]
    with django_assert_num_queries(1):
        facts = queries.sender_facts(asked)
    assert [fact.is_known for fact in facts] == [True, *[False] * 7]
    assert [fact.is_own for fact in facts] == [False, True, True, True, *[False] * 4]
    assert [fact.answers for fact in facts] == [*[False] * 4, True, *[False] * 3]
    assert [fact.screens for fact in facts] == [*[True] * 6, False, False]
    assert [fact.verdict for fact in facts] == [*[""] * 6, "blocked", ""]


def test_the_page_of_choices_goes_on_and_is_searched(alice: Account) -> None:
    for number in range(7):
        senders.choose(alice, f"a{number}@x.test", Verdict.BLOCKED)
    senders.choose(alice, "@shop.test", Verdict.REFUSED)
    senders.choose(alice, "ok@x.test", Verdict.ACCEPTED)
    kept_out = [Verdict.BLOCKED, Verdict.REFUSED]
    first = queries.sender_choice_page(alice.pk, kept_out, limit=5)
    assert [choice.sender for choice in first][:3] == ["@shop.test", "a0@x.test", "a1@x.test"]
    assert len(first) == 6
    rest = queries.sender_choice_page(alice.pk, kept_out, after=first[4].sender, limit=5)
    assert [choice.sender for choice in rest] == ["a4@x.test", "a5@x.test", "a6@x.test"]
    found = queries.sender_choice_page(alice.pk, kept_out, "SHOP")
    assert [choice.sender for choice in found] == ["@shop.test"]
    assert [each.sender for each in queries.sender_choice_page(alice.pk, [Verdict.ACCEPTED])] == ["ok@x.test"]


def test_the_screener_is_made_when_it_is_wanted(alice: Account) -> None:
    assert not alice.mailboxes.filter(role="screener").exists()
    mailboxes.create(alice.pk, "Screener")
    senders.screen(alice.pk, on=True)
    senders.screen(alice.pk, on=True)
    assert alice.mailboxes.get(role="screener").path == "Screener 2"
    alice.refresh_from_db()
    assert alice.screens_senders
    senders.screen(alice.pk, on=False)
    alice.refresh_from_db()
    assert not alice.screens_senders


def test_who_waits_is_told_by_sender(alice: Account, django_assert_num_queries) -> None:
    senders.screen(alice.pk, on=True)
    batch = [
        new(
            letter(f"No. {n}", number=n, sender=f"S{n % 3} <s{n % 3}@X.test>"),
            alice.pk,
            role="screener",
            minute=n,
        )
        for n in range(7)
    ]
    arrive_all(batch)
    arrive(alice.pk, letter("Elsewhere", number=50, sender="s0@x.test"))
    screener = box(alice, "screener")
    with django_assert_num_queries(1):
        found = queries.waiting_senders(alice.pk, screener)
    assert [(each.name, each.messages, each.subject) for each in found] == [
        ("S0", 3, "No. 6"),
        ("S2", 2, "No. 5"),
        ("S1", 2, "No. 4"),
    ]
    assert found[0].received_at == NOON + timedelta(minutes=6)
    assert len(queries.waiting_senders(alice.pk, screener, limit=2)) == 2


def test_a_left_list_is_remembered(alice: Account) -> None:
    senders.note_unsubscribed(alice.pk, "<slow.lists.test>")
    senders.note_unsubscribed(alice.pk, "<slow.lists.test>")
    alice.refresh_from_db()
    assert alice.unsubscription_count == 1
    found = queries.unsubscriptions(alice.pk, ["<slow.lists.test>", "<other.test>"])
    assert list(found) == ["<slow.lists.test>"]


LETTERS = 30


@pytest.fixture
def filled(alice: Account) -> Account:
    """Thirty letters of three shops, one of them from a second domain; some quote others' addresses."""
    who = ("News <news@shop.test>", "Sales <sales@mail.shop.test>", "Other <news@notshop.test>")
    batch = [
        new(
            letter(f"No. {n}", "news@shop.test", number=n, sender=who[n % 3]),
            alice.pk,
            minute=-n * 24 * 60,
        )
        for n in range(LETTERS)
    ]
    arrive_all(batch)
    return alice


def everywhere(owner: Account) -> tuple[int, ...]:
    return (box(owner, "inbox"), box(owner, "archive"))


@pytest.mark.parametrize(
    ("names", "messages", "addresses"),
    [
        (("news@shop.test",), 10, 1),
        (("NEWS@shop.test",), 10, 1),
        (("@shop.test",), 20, 2),
        (("@mail.shop.test",), 10, 1),
        (("news@shop.test", "news@notshop.test"), 20, 2),
        (("nobody@shop.test",), 0, 0),
        (("shop@news.test",), 0, 0),
    ],
)
def test_mail_of_senders_is_counted(
    filled: Account, names: tuple[str, ...], messages: int, addresses: int, django_assert_max_num_queries
) -> None:
    wanted = FromSenders(names, everywhere(filled))
    with django_assert_max_num_queries(5):
        found = from_senders.count(filled.pk, wanted, NOON - timedelta(days=10, hours=1))
    assert found is not None
    assert (found.messages, found.addresses) == (messages, addresses)
    assert found.older == sum(
        from_senders.count(
            filled.pk, FromSenders(names, everywhere(filled), NOON - timedelta(days=10, hours=1)), NOON
        )[:1]  # type: ignore[index]
    )


def test_other_mailboxes_and_other_people_are_left_out(filled: Account) -> None:
    bob = account("bob@hamburger.test", "Bob")
    arrive(bob.pk, letter("His", sender="news@shop.test"))
    arrive(filled.pk, letter("Spam", number=70, sender="news@shop.test"), role="junk")
    arrive(
        filled.pk,
        letter("By", number=71, sender="x@y.test").replace(b"To:", b"Sender: news@shop.test\r\nTo:"),
    )
    counted = from_senders.count(filled.pk, FromSenders(("news@shop.test",), everywhere(filled)), NOON)
    assert counted == Counted(10, 1, 9)
    assert from_senders.count(filled.pk, FromSenders(("news@shop.test",), (box(filled, "junk"),)), NOON) == (
        1,
        1,
        0,
    )


@pytest.mark.parametrize("window", [1, 4, 1000])
@pytest.mark.parametrize(("keep", "left"), [("none", 0), ("latest", 2), ("recent", 7)])
def test_a_sweep_moves_them_and_one_undo_brings_them_back(
    filled: Account, monkeypatch: pytest.MonkeyPatch, window: int, keep: str, left: int
) -> None:
    monkeypatch.setattr(from_senders, "_WINDOW", window)
    inbox, trash = box(filled, "inbox"), box(filled, "trash")
    names = ("news@shop.test", "sales@mail.shop.test")
    wanted = FromSenders(names, (inbox,))
    if keep == "latest":
        wanted = FromSenders(names, (inbox,), spared=from_senders.latest(filled.pk, wanted))
    elif keep == "recent":
        wanted = FromSenders(names, (inbox,), before=NOON - timedelta(days=10, hours=-1))
    before = subjects(filled, "inbox")
    token = bulk.begin(filled.pk, Asked("sweep", target_id=trash, from_senders=wanted))
    done = bulk.carry_out(filled.pk, token, 60)
    assert (done.state, done.done) == ("done", 20 - left)
    assert len(subjects(filled, "inbox")) == LETTERS - done.done
    assert len(subjects(filled, "trash")) == done.done
    if keep == "latest":
        assert {"No. 0", "No. 1"} <= subjects(filled, "inbox")
    bulk.take_back(filled.pk, token)
    assert bulk.carry_out(filled.pk, token, 60).state == "undone"
    assert (subjects(filled, "inbox"), subjects(filled, "trash")) == (before, set())
    assert list(problems()) == []


def test_a_block_and_what_it_moved_are_one_act(filled: Account) -> None:
    label, _done = mailboxes.create(filled.pk, "Offers")
    thread = queries.mailbox_page(filled.pk, box(filled, "inbox"), limit=1).rows[0].thread_id
    do("label", filled.pk, [thread], add=[label])
    chosen = senders.choose(filled, "@shop.test", Verdict.BLOCKED)
    wanted = FromSenders(("@shop.test",), (*everywhere(filled), label))
    token = bulk.begin(filled.pk, Asked("sweep", target_id=box(filled, "junk"), from_senders=wanted), chosen)
    assert bulk.carry_out(filled.pk, token, 60).done == 20
    assert queries.mailbox_page(filled.pk, label).rows == []
    bulk.take_back(filled.pk, token)
    bulk.carry_out(filled.pk, token, 60)
    assert len(queries.mailbox_page(filled.pk, label).rows) == 1
    assert len(subjects(filled, "inbox")) == LETTERS
    assert not SenderChoice.objects.exists()
    assert list(problems()) == []


def test_what_comes_later_is_not_swept(filled: Account) -> None:
    wanted = FromSenders(("news@shop.test",), (box(filled, "inbox"),))
    token = bulk.begin(filled.pk, Asked("sweep", target_id=box(filled, "trash"), from_senders=wanted))
    arrive(filled.pk, letter("Later", number=99, sender="news@shop.test"), received_at=timezone.now())
    assert bulk.carry_out(filled.pk, token, 60).done == 10
    assert "Later" in subjects(filled, "inbox")
