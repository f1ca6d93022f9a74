"""Preferences: each kept by itself or a section at once, found by words, and obeyed."""

import pytest
from django.test import Client
from django.utils import translation

from tests.mail import arrive, letter
from tests.people import Person
from tests.webmail.views.test_remote_picture import newsletter, shown
from webmail.store import preferences
from webmail.views.settings_table import SETTINGS, words

JSON = {"Accept": "application/json"}
CHOSEN = {
    "name": "Alice & Co",
    "theme": "dark",
    "density": "compact",
    "conversation_view": "",
    "show_snippets": "",
    "reading_pane": "right",
    "sorts_by_detail": "true",
    "auto_advance": "older",
    "remote_pictures": "always",
    "default_reply": "reply_all",
    "undo_send_seconds": "20",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "keyboard_shortcuts": "",
}


def choose(web: Client, name: str, value: str) -> int:
    return web.post(f"/settings/{name}/", {"value": value}, headers=JSON).status_code


def kept(person: Person) -> dict[str, object]:
    person.user.refresh_from_db()
    person.account.refresh_from_db()
    person.account.user = person.user
    return preferences.read(person.account)


def test_each_is_kept_by_itself(web: Client, alice: Person) -> None:
    assert CHOSEN.keys() == SETTINGS.keys()
    before = kept(alice)
    for name, value in CHOSEN.items():
        assert choose(web, name, value) == 200
        now = kept(alice)
        assert {key for key in now if now[key] != before[key]} == {name}, name
        before = now
    assert before == CHOSEN | {
        "undo_send_seconds": 20,
        "conversation_view": False,
        "sorts_by_detail": True,
        "show_snippets": False,
        "keyboard_shortcuts": False,
    }
    assert alice.account.name == "Alice & Co"


def test_the_page_obeys(web: Client, alice: Person) -> None:
    for name, value in CHOSEN.items():
        choose(web, name, value)
    page = web.get("/settings/").content.decode()
    for part in ('lang="zh-hans"', 'data-theme="dark"', 'data-keys="off"', 'data-density="compact"'):
        assert part in page


def test_an_answer_says_that_it_is_saved_in_the_chosen_language(web: Client) -> None:
    answer = web.post("/settings/language/", {"value": "zh-hans"}, headers=JSON)
    with translation.override("zh-hans"):
        assert answer.json() == {"text": translation.gettext("Saved")}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Mars/Base"),
        ("time_zone", "../etc/passwd"),
        ("theme", "pink"),
        ("language", "xx"),
        ("undo_send_seconds", "7"),
        ("undo_send_seconds", ""),
        ("name", "x" * 201),
    ],
)
def test_what_is_no_choice_is_refused_at_its_field(web: Client, alice: Person, name: str, value: str) -> None:
    before = kept(alice)
    answer = web.post(f"/settings/{name}/", {"value": value}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["text"]
    page = web.post(f"/settings/{name}/", {"value": value})
    assert page.status_code == 422
    assert answer.json()["text"] in page.content.decode()
    assert kept(alice) == before


def test_what_is_no_setting_is_not_there(web: Client) -> None:
    for name in ("is_superuser", "address", "password"):
        assert web.post(f"/settings/{name}/", {"value": "1"}).status_code == 404


def test_without_scripts_a_section_is_kept_at_once(web: Client, alice: Person) -> None:
    before = kept(alice)
    answer = web.post("/settings/", {"section": "list", "show_snippets": "on", "reading_pane": "below"})
    assert answer["Location"] == "/settings/#section-list"
    now = kept(alice)
    assert {key for key in now if now[key] != before[key]} == {"conversation_view", "reading_pane"}


def test_one_from_a_menu_leads_back(web: Client) -> None:
    there = {"value": "compact", "next": "/mail/sent/"}
    assert web.post("/settings/density/", there)["Location"] == "/mail/sent/"
    elsewhere = {"value": "compact", "next": "https://evil.test/"}
    assert web.post("/settings/density/", elsewhere)["Location"] == "/settings/#density"


def test_a_place_finds_its_zone(web: Client, alice: Person) -> None:
    for typed, zone in (("shanghai", "Asia/Shanghai"), ("new york", "America/New_York"), ("", "")):
        choose(web, "time_zone", typed)
        assert kept(alice)["time_zone"] == zone


def test_the_browsers_zone_is_that_of_who_chose_none(web: Client, alice: Person) -> None:
    added = arrive(alice.account.pk, letter())
    page = f"/conversations/{added.thread_id}/"
    web.cookies["time_zone"] = "Asia/Shanghai"
    assert "20:00" in web.get(page).content.decode()
    web.cookies["time_zone"] = "../../etc/passwd"
    assert "12:00" in web.get(page).content.decode()
    choose(web, "time_zone", "Asia/Tokyo")
    assert "21:00" in web.get(page).content.decode()


def test_words_of_both_languages_find_a_setting(db: None) -> None:
    assert all(word in words("theme") for word in ("dark", "night", "深色", "夜间"))
    assert all(word in words("undo_send_seconds") for word in ("unsend", "撤回", "10 s", "10 秒"))


def test_pictures_are_always_shown_but_in_spam(web: Client, alice: Person) -> None:
    good = arrive(alice.account.pk, newsletter(number=1)).message_id
    spam = arrive(alice.account.pk, newsletter(number=2), role="junk").message_id
    assert "1 remote picture not shown" in shown(web, good)
    choose(web, "remote_pictures", "always")
    assert f"/messages/{good}/pictures/" in shown(web, good)
    assert "not shown" not in shown(web, good)
    assert "1 remote picture not shown" in shown(web, spam)


def test_the_answer_that_is_preferred_stands_first(web: Client, thread: int) -> None:
    for value in ("reply", "reply_all"):
        choose(web, "default_reply", value)
        page = web.get(f"/conversations/{thread}/").content.decode()
        answers = page[page.index("conversation-answer") :]
        first = "?reply=" if value == "reply" else "?reply_all="
        assert answers.index(first) == min(answers.index("?reply="), answers.index("?reply_all="))
