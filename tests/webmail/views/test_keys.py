"""Keys of one's own: kept as they were pressed, and part of every page."""

import json

import pytest
from django.test import Client

from tests.people import Person

PAGE = "/settings/keys/"


def test_own_keys_are_kept_and_come_with_each_page(web: Client, alice: Person) -> None:
    own = {"archive": "y", "undo": "Mod+z", "go-inbox": "g h", "mute": ""}
    assert web.post(PAGE, {"key_map": json.dumps(own)}).status_code == 200
    alice.user.refresh_from_db()
    assert alice.user.key_map == own
    page = web.get("/mail/inbox/").content.decode()
    for part in ('data-key-map="{', "&quot;archive&quot;:&quot;y&quot;", "&quot;mute&quot;:&quot;&quot;"):
        assert part in page
    web.post(PAGE, {"key_map": "{}"})
    assert "data-key-map" not in web.get("/mail/inbox/").content.decode()


def test_single_keys_are_switched_off_by_themselves(web: Client, alice: Person) -> None:
    web.post(PAGE, {"key_map": '{"archive": "y"}'})
    web.post(PAGE, {"on": "false"})
    alice.user.refresh_from_db()
    assert (alice.user.keyboard_shortcuts, alice.user.key_map) == (False, {"archive": "y"})
    assert 'data-keys="off"' in web.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "chosen",
    [
        "no json",
        "[]",
        '"archive"',
        '{"archive": 1}',
        '{"<b>": "y"}',
        json.dumps({"archive": "y" * 41}),
        json.dumps({"archive": "\0"}),
        json.dumps({f"a-{'b' * (number % 20)}{'-c' * (number // 20)}": "y" for number in range(300)}),
    ],
)
def test_what_can_be_no_keys_is_refused(web: Client, alice: Person, chosen: str) -> None:
    assert web.post(PAGE, {"key_map": chosen}).status_code == 400
    alice.user.refresh_from_db()
    assert alice.user.key_map == {}
