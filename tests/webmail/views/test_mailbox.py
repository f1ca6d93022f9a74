"""The list: what a line says, paging, counts, and how little it asks of the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.mail import arrive, do, letter
from tests.people import Person
from webmail.store import mailboxes
from webmail.views import dates


def text(answer) -> str:
    return answer.content.decode()


def test_the_site_begins_in_the_inbox(web: Client) -> None:
    assert web.get("/")["Location"] == "/mail/inbox/"


def test_a_line_says_who_what_and_that_it_is_unread(web: Client, thread: int) -> None:
    answer = text(web.get("/mail/inbox/"))
    assert f'id="t{thread}"' in answer
    for words in ("<b>Bob</b>", "Crêpes on Sunday?", "Bring sugar.", "Unread", "1–1 of 1"):
        assert words in answer
    assert f'href="/conversations/{thread}/?in=inbox"' in answer


def test_names_and_subjects_are_text(web: Client, alice: Person) -> None:
    raw = letter("<script>alert(1)</script>", "<b>x</b>", sender='"<img src=x>" <eve@evil.test>')
    arrive(alice.account.pk, raw)
    answer = text(web.get("/mail/inbox/"))
    assert "<script>alert" not in answer
    assert "<img src=x>" not in answer


def test_a_conversation_is_one_line_with_me_and_its_count(web: Client, alice: Person) -> None:
    arrive(alice.account.pk, letter("Lunch", number=1))
    arrive(
        alice.account.pk,
        letter("Re: Lunch", number=2, references=[1], sender="Alice <alice@crepes.test>"),
        minute=1,
        role="sent",
    )
    answer = text(web.get("/mail/inbox/"))
    assert '<b>Bob</b>, <b>me</b> <span class="row-count">2</span>' in answer
    assert answer.count('class="row ') == 1


def test_sent_lines_say_to_whom(web: Client, alice: Person) -> None:
    arrive(alice.account.pk, letter("Order", to="Mill <mill@moulin.test>"), role="sent")
    assert "To: Mill" in text(web.get("/mail/sent/"))


def test_pages_go_both_ways(web: Client, alice: Person) -> None:
    for number in range(1, 53):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number), minute=number)
    first = web.get("/mail/inbox/")
    assert "1–50 of 52" in text(first)
    older = first.context["page"].next
    second = web.get(f"/mail/inbox/?before={older}")
    assert "51–52 of 52" in text(second)
    assert "Letter 1<" in text(second)
    back = web.get(f"/mail/inbox/?after={second.context['page'].previous}")
    assert [line.id for line in back.context["lines"]] == [line.id for line in first.context["lines"]]


@pytest.mark.parametrize("path", ["/mail/nowhere/", "/mail/label-99999/", "/mail/inbox/?before=x"])
def test_what_is_not_there_is_404(web: Client, path: str) -> None:
    assert web.get(path).status_code == 404


def test_a_label_has_a_page_and_a_chip_elsewhere(web: Client, alice: Person, thread: int) -> None:
    label, _done = mailboxes.create(alice.account.pk, "Family/Cousins", color="green")
    do("label", alice.account.pk, [thread], add=[label])
    assert '<span class="chip color-green">Family/Cousins</span>' in text(web.get("/mail/inbox/"))
    there = text(web.get(f"/mail/label-{label}/"))
    assert f'id="t{thread}"' in there
    assert "chip color-green" not in there


@pytest.mark.parametrize(
    "slug", ["inbox", "starred", "snoozed", "sent", "drafts", "archive", "all", "junk", "trash"]
)
def test_every_place_has_words_for_being_empty(web: Client, slug: str) -> None:
    answer = web.get(f"/mail/{slug}/")
    assert answer.status_code == 200
    assert '<div class="empty" id="empty">' in text(answer)


def test_htmx_gets_only_the_sheet(web: Client, thread: int) -> None:
    answer = text(web.get("/mail/inbox/", headers={"HX-Request": "true"}))
    assert answer.startswith("<title>Inbox (1)")
    assert 'id="sidebar"' not in answer


def test_a_list_takes_three_statements_whatever_its_length(
    web: Client, alice: Person, django_assert_num_queries
) -> None:
    web.get("/mail/inbox/")
    for number in range(1, 8):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number), minute=number)
    # Session with person and account, mailboxes, rows.
    with django_assert_num_queries(3):
        web.get("/mail/inbox/")


def test_dates_are_short_and_in_the_readers_zone() -> None:
    now = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert dates.short(now - timedelta(hours=2), now) == "18:00"
    assert dates.short(now - timedelta(days=2), now) == "Nov 20"
    assert dates.short(now - timedelta(days=400), now) == "Oct 18, 2025"


def test_times_and_words_follow_the_person(web: Client, alice: Person) -> None:
    alice.user.language, alice.user.time_zone = "zh-hans", "Asia/Shanghai"
    alice.user.save()
    arrive(alice.account.pk, letter())
    answer = text(web.get("/mail/inbox/"))
    assert '<html lang="zh-hans"' in answer
