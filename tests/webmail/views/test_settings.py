"""Preferences: kept, and obeyed."""

import pytest
from django.test import Client

from tests.people import Person

CHOSEN = {
    "name": "Alice & Co",
    "signature": "Alice\n<Crêpes>",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "theme": "dark",
    "undo_send_seconds": "20",
}


def test_what_was_chosen_is_kept_and_shown(web: Client, alice: Person) -> None:
    assert web.post("/settings/", CHOSEN)["Location"] == "/settings/"
    alice.user.refresh_from_db()
    alice.account.refresh_from_db()
    assert (alice.user.theme, alice.user.language, alice.account.undo_send_seconds) == ("dark", "zh-hans", 20)
    assert not alice.user.keyboard_shortcuts
    shown = web.get("/settings/")
    assert shown.context["form"].initial["signature"] == CHOSEN["signature"]
    answer = shown.content.decode()
    assert 'data-theme="dark"' in answer
    assert 'lang="zh-hans"' in answer
    assert 'data-keys="off"' in answer


@pytest.mark.parametrize(
    ("field", "value"), [("time_zone", "Mars/Base"), ("theme", "pink"), ("language", "xx")]
)
def test_what_is_no_choice_is_refused(web: Client, field: str, value: str) -> None:
    assert web.post("/settings/", CHOSEN | {field: value}).status_code == 422
