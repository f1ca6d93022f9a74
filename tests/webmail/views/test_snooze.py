"""Snooze and pin as a person asks for them: answered in words, shown in the rows, taken back."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from tests.mail import arrive, do, letter
from tests.people import Person
from tests.webmail.views.test_actions import JSON, act, ids_in
from tests.webmail.views.test_changes import since
from webmail.models import Mailbox
from webmail.store import mailboxes, pins, queries, snooze

BERLIN = ZoneInfo("Europe/Berlin")


def text(answer) -> str:
    return answer.content.decode()


def tomorrow(zone: ZoneInfo | None = None) -> datetime:
    """Tomorrow morning, by the clock of a zone."""
    day = timezone.localtime(timezone=zone) + timedelta(days=1)
    return day.replace(hour=8, minute=0, second=0, microsecond=0)


def order(answer) -> list[int]:
    return [int(key) for key in re.findall(r'id="t(\d+)"', text(answer))]


def test_snoozing_and_undo(web: Client, alice: Person, thread: int) -> None:
    answer = act(web, "snooze", thread, until=tomorrow().isoformat()).json()
    assert answer["text"] == "Snoozed until tomorrow, 8:00"
    assert (ids_in(alice, "inbox"), ids_in(alice, "snoozed")) == ([], [thread])
    assert web.post(answer["undo"], headers=JSON).json()["text"] == "Undone"
    assert (ids_in(alice, "inbox"), ids_in(alice, "snoozed")) == ([thread], [])


def test_several_in_words(web: Client, alice: Person) -> None:
    threads = [arrive(alice.account.pk, letter(f"No. {n}", number=n)).thread_id for n in (1, 2)]
    answer = act(web, "snooze", *threads, until=tomorrow().isoformat()).json()
    assert answer["text"] == "2 conversations snoozed until tomorrow, 8:00"
    answer = act(web, "unsnooze", *threads, **{"in": "snoozed"}).json()
    assert answer["text"] == "2 conversations are back in the Inbox"
    assert sorted(ids_in(alice, "inbox")) == threads


def test_a_reminder_says_that_nobody_answered(web: Client, alice: Person) -> None:
    at = tomorrow()
    raw = letter("Lunch?", sender="Alice <alice@crepes.test>", to="Bob <bob@hamburger.test>")
    sent = arrive(alice.account.pk, raw, roles=("sent", "snoozed"), snoozed_until=at, flags={"\\Seen"})
    assert "If nobody answers" in text(web.get("/mail/snoozed/"))
    page = f"/conversations/{sent.thread_id}/?in=snoozed"
    assert "Comes back tomorrow, 8:00 if nobody answers" in text(web.get(page))
    snooze.wake(at)
    assert "Nobody has answered" in text(web.get("/mail/inbox/"))
    page = f"/conversations/{sent.thread_id}/?in=inbox"
    assert "Nobody has answered your message of Nov 22" in text(web.get(page))
    # Read, it is a line as any other; the conversation goes on to say it.
    assert "Nobody has answered" not in text(web.get("/mail/inbox/"))
    assert "Nobody has answered" in text(web.get(page))
    arrive(alice.account.pk, letter("Re: Lunch?", number=2, references=[1]), received_at=at)
    assert "Nobody has answered" not in text(web.get(page))


def test_a_time_by_the_persons_clock(web: Client, alice: Person, thread: int) -> None:
    alice.user.time_zone, alice.user.language = "Europe/Berlin", "zh-hans"
    alice.user.save()
    at = tomorrow(BERLIN)
    assert act(web, "snooze", thread, until=f"{at:%Y-%m-%dT%H:%M}").json()["text"] == "将在明天 8:00提醒"
    (row,) = queries.mailbox_page(alice.account.pk, alice.mailbox("snoozed")).rows
    assert row.snoozed_until == at


@pytest.mark.parametrize("until", ["x", "2020-01-01T08:00", "9999-12-31T23:59", "pick"])
def test_what_is_no_time_to_come_is_refused_in_words(
    web: Client, alice: Person, thread: int, until: str
) -> None:
    answer = act(web, "snooze", thread, until=until, date="2020-01-01", time="08:00")
    assert answer.status_code == 422
    assert answer.json()["text"] == "Choose a time that is still to come."
    assert ids_in(alice, "inbox") == [thread]
    led = web.post(
        "/conversations/snooze/", {"ids": thread, "in": "inbox", "until": until, "date": "2020-01-01"}
    )
    assert led["Location"] == "/mail/inbox/"
    assert "Choose a time that is still to come." in text(web.get("/mail/inbox/"))


def test_without_scripts_the_time_is_asked_for_on_a_page(web: Client, alice: Person, thread: int) -> None:
    alice.user.time_zone = "Europe/Berlin"
    alice.user.save()
    asked = web.post("/conversations/snooze/", {"ids": thread, "in": "inbox", "until": "pick"})
    page = text(asked)
    assert asked.status_code == 200
    assert "Time zone: Europe/Berlin" in page
    assert f'name="ids" value="{thread}"' in page
    at = tomorrow(BERLIN) + timedelta(days=3)
    fields = {"ids": thread, "in": "inbox", "until": "pick", "date": f"{at:%Y-%m-%d}", "time": "08:00"}
    assert web.post("/conversations/snooze/", fields)["Location"] == "/mail/inbox/"
    assert "Snoozed until" in text(web.get("/mail/inbox/"))
    assert queries.mailbox_page(alice.account.pk, alice.mailbox("snoozed")).rows[0].snoozed_until == at


def test_the_menu_is_in_the_page_and_can_be_had_afresh(web: Client, thread: int) -> None:
    for page in ("/mail/inbox/", f"/conversations/{thread}/?in=inbox", "/search/?q=sugar"):
        assert 'name="until"' in text(web.get(page)), page
    assert 'name="until"' not in text(web.get("/mail/trash/"))
    fresh = text(web.get("/snooze/"))
    assert f'value="{tomorrow().isoformat(timespec="minutes")}"' in fresh
    assert "<html" not in fresh


def test_the_place_lists_by_when_they_come_and_says_it(web: Client, alice: Person) -> None:
    threads = [arrive(alice.account.pk, letter(f"No. {n}", number=n)).thread_id for n in (1, 2, 3)]
    for days, key in zip((2, 0, 1), threads, strict=True):
        do("snooze", alice.account.pk, [key], until=tomorrow() + timedelta(days=days))
    answer = web.get("/mail/snoozed/")
    assert order(answer) == [threads[1], threads[2], threads[0]]
    assert "Tomorrow, 8:00" in text(answer)
    assert '<span class="count">3</span>' in text(web.get("/mail/inbox/"))
    # Elsewhere they say that they are snoozed.
    assert text(web.get("/mail/all/")).count("chip-snoozed") == 3
    onward = web.get(f"/conversations/{threads[1]}/older/?in=snoozed")["Location"]
    assert f"/conversations/{threads[2]}/" in onward


def test_what_came_back_says_from_what_until_it_is_read(web: Client, alice: Person, thread: int) -> None:
    do("snooze", alice.account.pk, [thread], until=tomorrow())
    conversation = text(web.get(f"/conversations/{thread}/?in=snoozed"))
    assert "Snoozed until tomorrow, 8:00" in conversation
    assert "Unsnooze" in conversation
    before = queries.current_modseq(alice.account.pk)
    snooze.wake(tomorrow())
    told = since(web, before)
    assert "Snoozed until tomorrow, 8:00" in told["rows"][0]["html"]
    assert told["counts"] == {"inbox": 1}
    assert since(web, before, "snoozed")["gone"] == [thread]
    assert "Snoozed until" in text(web.get(f"/conversations/{thread}/?in=inbox"))
    assert "Snoozed until" not in text(web.get("/mail/inbox/"))
    assert "Snoozed until" not in text(web.get(f"/conversations/{thread}/?in=inbox"))


def test_everything_in_the_inbox_at_once(web: Client, alice: Person) -> None:
    for number in (1, 2):
        arrive(alice.account.pk, letter(f"No. {number}", number=number))
    answer = act(web, "snooze", all="1", until=tomorrow().isoformat()).json()
    assert answer["text"] == "2 conversations snoozed until tomorrow, 8:00"
    web.post(answer["undo"], headers=JSON)
    assert len(ids_in(alice, "inbox")) == 2


def test_an_account_from_before_has_the_place_and_nothing_in_it(web: Client, alice: Person) -> None:
    Mailbox.objects.filter(role="snoozed").delete()
    assert "Nothing is snoozed" in text(web.get("/mail/snoozed/"))
    assert web.get("/changes/?since=0&in=snoozed").status_code == 200
    assert act(web, "archive", 1, **{"in": "snoozed"}).status_code == 200
    assert act(web, "pin", 1, **{"in": "snoozed"}).status_code == 200


def test_nothing_is_moved_to_snoozed_without_a_time(web: Client, alice: Person, thread: int) -> None:
    snoozed = alice.mailbox("snoozed")
    for verb, named in (("move", "mailbox"), ("label", "mailbox"), ("label", "add"), ("label", "remove")):
        assert act(web, verb, thread, **{named: snoozed}).status_code == 404
    assert act(web, "move", thread, role="snoozed").status_code == 404


def test_pinning_and_undo(web: Client, alice: Person) -> None:
    old, new = (arrive(alice.account.pk, letter(f"No. {n}", number=n), minute=n).thread_id for n in (1, 2))
    before = queries.current_modseq(alice.account.pk)
    answer = act(web, "pin", old).json()
    assert answer["text"] == "Pinned"
    page = web.get("/mail/inbox/")
    assert order(page) == [old, new]
    assert text(page).count('class="row-pin"') == 2  # in its row, and one to be copied
    (row,) = since(web, before)["rows"]
    assert 'data-order="1.' in row["html"]
    assert f'value="{old}" formaction="/conversations/unpin/"' in row["html"]
    web.post(answer["undo"], headers=JSON)
    assert order(web.get("/mail/inbox/")) == [new, old]
    assert act(web, "unpin", old).json()["text"] == "Unpinned"


def test_a_label_has_its_own_pins(web: Client, alice: Person, thread: int) -> None:
    label, _ = mailboxes.create(alice.account.pk, "Work")
    act(web, "label", thread, mailbox=label)
    act(web, "pin", thread, **{"in": f"label-{label}"})
    assert "is-pinned" in text(web.get(f"/mail/label-{label}/"))
    assert "is-pinned" not in text(web.get("/mail/inbox/"))
    toolbar = text(web.get(f"/conversations/{thread}/?in=label-{label}"))
    assert 'formaction="/conversations/unpin/"' in toolbar
    assert 'formaction="/conversations/pin/"' in text(web.get(f"/conversations/{thread}/?in=inbox"))
    assert "/pin/" not in text(web.get(f"/conversations/{thread}/?in=all"))


def test_one_more_than_there_is_room_for(web: Client, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = [arrive(alice.account.pk, letter(f"No. {n}", number=n)).thread_id for n in (1, 2)]
    monkeypatch.setattr(pins, "MOST", 1)
    monkeypatch.setattr("webmail.views.bulk.MOST", 1)
    assert act(web, "pin", threads[0]).status_code == 200
    for refused in (act(web, "pin", threads[1]), act(web, "pin", all="1")):
        assert refused.status_code == 422
        assert refused.json()["text"] == "At most 50 conversations can be pinned in one place."
    assert act(web, "pin", threads[0]).status_code == 200


def test_next_and_previous_go_past_what_is_pinned(web: Client, alice: Person) -> None:
    threads = [
        arrive(alice.account.pk, letter(f"No. {n}", number=n), minute=n).thread_id for n in range(1, 5)
    ]
    do("pin", alice.account.pk, threads[:1])
    listed = [threads[0], threads[3], threads[2], threads[1]]
    for one, other in pairwise(listed):
        assert f"/{other}/" in web.get(f"/conversations/{one}/older/?in=inbox")["Location"]
        assert f"/{one}/" in web.get(f"/conversations/{other}/newer/?in=inbox")["Location"]


def test_pins_and_snoozes_cost_a_page_no_statement(
    web: Client, alice: Person, django_assert_num_queries
) -> None:
    account_id = alice.account.pk
    threads = [arrive(account_id, letter(f"No. {n}", number=n), minute=n).thread_id for n in range(1, 9)]
    web.get("/mail/inbox/")
    do("pin", account_id, threads[:2])
    do("snooze", account_id, threads[2:6], until=tomorrow())
    snooze.wake(tomorrow())
    do("snooze", account_id, threads[6:], until=tomorrow())
    # Session with person and account, mailboxes, rows.
    for place in ("inbox", "snoozed"):
        with django_assert_num_queries(3):
            web.get(f"/mail/{place}/")
