"""List and conversation on one page, as the server draws it: the pane, its addresses, what is kept."""

import re

import pytest
from django.test import Client

from tests.mail import arrive, arrive_all, letter, new
from tests.people import Person
from webmail.models import MailboxMessage, User
from webmail.store import picture_senders, saved_searches

PANE = {"HX-Request": "true", "HX-Target": "section#pane"}


@pytest.fixture
def sixty(alice: Person) -> list[int]:
    """Threads of sixty letters, the oldest first."""
    batch = [new(letter(f"Letter {n}", number=n), alice.account.pk, minute=n) for n in range(60)]
    return [added.thread_id for added in arrive_all(batch)]


def choose(person: Person, pane: str) -> None:
    person.user.reading_pane = pane
    person.user.save()


def rows(page: str) -> int:
    return page.count('<li class="row')


def test_a_conversation_stands_beside_the_page_of_its_list(
    web: Client, alice: Person, sixty: list[int]
) -> None:
    address = f"/conversations/{sixty[5]}/?in=inbox"
    assert rows(web.get(address).content.decode()) == 0
    choose(alice, "right")
    assert rows(web.get(address).content.decode()) == 50
    first = web.get("/mail/inbox/").content.decode()
    older = re.search(r'href="/mail/inbox/\?(before=[^"]+)"', first)
    assert older
    page = web.get(f"{address}&{older[1]}").content.decode()
    assert rows(page) == 10
    # Rows, buttons and the way back keep the page.
    assert f'/conversations/{sixty[4]}/?in=inbox&amp;{older[1]}"' in page
    assert f'href="/mail/inbox/?{older[1]}" data-key="u"' in page


def test_a_script_gets_the_conversation_alone(web: Client, alice: Person, sixty: list[int]) -> None:
    choose(alice, "below")
    page = web.get(f"/conversations/{sixty[5]}/?in=inbox", headers=PANE).content.decode()
    assert rows(page) == 0
    assert "<main" not in page
    assert "Letter 5 – Postillion</title>" in page


def test_the_list_of_a_search_stands_beside_it_too(web: Client, alice: Person, sixty: list[int]) -> None:
    choose(alice, "right")
    page = web.get(f"/conversations/{sixty[5]}/?in=search&q=subject%3A5").content.decode()
    assert rows(page) > 0
    assert 'href="/search/?q=subject%3A5" data-key="u"' in page
    key = saved_searches.create(alice.account.pk, "Fives", "subject:5")
    listed = web.get(f"/mail/saved-{key}/").content.decode()
    address = re.search(rf'/conversations/{sixty[5]}/\?in=saved-{key}[^"]*', listed)
    assert address
    page = web.get(address[0].replace("&amp;", "&")).content.decode()
    assert rows(page) == rows(listed) > 0
    assert f'href="/mail/saved-{key}/" data-key="u"' in page


def test_neighbours_keep_the_page_and_lead_over_its_edge(
    web: Client, alice: Person, sixty: list[int]
) -> None:
    first = web.get("/mail/inbox/").content.decode()
    older = re.search(r'href="/mail/inbox/\?(before=[^"]+)"', first)
    assert older
    inside = web.get(f"/conversations/{sixty[5]}/older/?in=inbox&{older[1]}")
    assert inside["Location"] == f"/conversations/{sixty[4]}/?in=inbox&{older[1]}"
    over = web.get(f"/conversations/{sixty[10]}/older/?in=inbox")
    assert over["Location"] == f"/conversations/{sixty[9]}/?in=inbox&{older[1]}"
    back = web.get(f"/conversations/{sixty[9]}/newer/?in=inbox&{older[1]}")
    assert back["Location"] == f"/conversations/{sixty[10]}/?in=inbox"
    end = web.get(f"/conversations/{sixty[0]}/older/?in=inbox&{older[1]}")
    assert end["Location"] == f"/mail/inbox/?{older[1]}"


def test_a_cursor_that_is_none_is_not_found(web: Client, alice: Person, sixty: list[int]) -> None:
    choose(alice, "right")
    assert web.get(f"/conversations/{sixty[5]}/?in=inbox&before=x").status_code == 404


def test_only_what_was_shown_is_noted_as_read(web: Client, alice: Person) -> None:
    first = arrive(alice.account.pk, letter("Plan", number=1))
    later = arrive(alice.account.pk, letter("Re: Plan", number=2, references=[1]), minute=1)
    answer = web.post(f"/conversations/{first.thread_id}/seen/", {"messages": f"{first.message_id},x"})
    assert answer.status_code == 204
    unseen = MailboxMessage.objects.filter(account=alice.account, seen=False)
    assert [placement.message_id for placement in unseen] == [later.message_id]
    assert web.get(f"/conversations/{first.thread_id}/seen/").status_code == 405


def test_all_messages_or_none_are_open(web: Client, alice: Person) -> None:
    first = arrive(alice.account.pk, letter("Plan", "First words", number=1))
    arrive(alice.account.pk, letter("Re: Plan", "Second words", number=2, references=[1]), minute=1)
    web.get(f"/conversations/{first.thread_id}/")
    address = f"/conversations/{first.thread_id}/?in=inbox&open="
    assert web.get(f"{address}all").content.decode().count("message is-open") == 2
    assert "message is-open" not in web.get(f"{address}none").content.decode()


@pytest.mark.parametrize("chosen", ["off", "right", "below"])
def test_the_pane_is_kept(web: Client, alice: Person, chosen: str) -> None:
    answer = web.post("/settings/reading_pane/", {"value": chosen, "next": "/mail/sent/"})
    assert answer["Location"] == "/mail/sent/"
    assert User.objects.get(pk=alice.user.pk).reading_pane == chosen
    page = web.get("/mail/inbox/").content.decode()
    assert f'data-pane="{chosen}"' in page
    assert f'value="{chosen}" aria-pressed="true"' in page


def test_the_line_between_stands_where_it_was_put(web: Client, alice: Person) -> None:
    web.cookies["split-right"] = "33"
    web.cookies["split-below"] = "33%;} body{display:none"
    page = web.get("/mail/inbox/").content.decode()
    assert "--split-right:33%;" in page
    assert "--split-below" not in page


def test_a_letter_made_ready_early_leaves_its_pictures_out(web: Client, alice: Person) -> None:
    raw = (
        letter("News")
        .replace(b"text/plain", b"text/html")
        .replace(b"Hello there.", b"<img src=https://x.test/a.png>")
    )
    added = arrive(alice.account.pk, raw)
    address = f"/messages/{added.message_id}/body/"
    picture_senders.allow(alice.account.pk, "bob@hamburger.test")
    assert "/pictures/" in web.get(address).content.decode()
    early = web.get(f"{address}?early=1").content.decode()
    assert "/pictures/" not in early
    assert "data-late" in early


def test_names_that_run_leftwards_stay_by_themselves(web: Client, alice: Person) -> None:
    arrive(alice.account.pk, letter("Hi", sender='"דוד" <david@x.test>'))
    assert "\u2068דוד\u2069" in web.get("/mail/inbox/").content.decode()
