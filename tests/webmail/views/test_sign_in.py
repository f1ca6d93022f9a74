"""Signing in: who may, how often, and where it leads."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.webmail.views.conftest import Clock
from webmail.models import Domain, User

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ada(db: None) -> User:
    Domain.objects.create(name="crepes.test")
    return User.objects.create_user("ada@crepes.test", PASSWORD, name="Ada")


def try_sign_in(client: Client, address: str, password: str, **more: str):
    return client.post("/sign-in/", {"address": address, "password": password, **more})


def test_a_page_leads_to_signing_in_and_back(client: Client) -> None:
    answer = client.get("/mail/inbox/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/mail/inbox/"


def test_the_right_password_opens_a_new_session(client: Client, ada: User) -> None:
    client.get("/sign-in/")
    session = client.session
    session["x"] = "y"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    answer = try_sign_in(client, "Ada@crepes.test", PASSWORD, next="/mail/sent/")
    assert (answer.status_code, answer["Location"]) == (302, "/mail/sent/")
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", ""])
def test_next_stays_on_this_site(client: Client, ada: User, target: str) -> None:
    assert try_sign_in(client, ada.address, PASSWORD, next=target)["Location"] == "/"


def test_an_unknown_address_and_a_wrong_password_get_the_same_words(client: Client, ada: User) -> None:
    wrong = try_sign_in(client, ada.address, "wrong")
    unknown = try_sign_in(client, "nobody@crepes.test", "wrong")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_the_eleventh_try_in_a_minute_is_refused_even_when_right(client: Client, ada: User) -> None:
    for _ in range(10):
        try_sign_in(client, ada.address, "wrong")
    answer = try_sign_in(client, ada.address, PASSWORD)
    assert answer.status_code == 422
    assert "Too many tries" in answer.content.decode()
    # Another person elsewhere is not in the way.
    User.objects.create_user("eve@crepes.test", PASSWORD)
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert try_sign_in(other, "eve@crepes.test", PASSWORD).status_code == 302


DAY = 24 * 3600


def test_a_minute_later_one_may_try_again(client: Client, ada: User, clock: Clock) -> None:
    for _ in range(11):
        try_sign_in(client, ada.address, "wrong")
    clock.now += 60
    assert try_sign_in(client, ada.address, PASSWORD).status_code == 302


def test_fifty_failures_a_day_are_enough(client: Client, ada: User, clock: Clock) -> None:
    clock.now -= clock.now % DAY
    for _ in range(5):
        clock.now += 60
        for _ in range(10):
            assert "Too many tries" not in try_sign_in(client, ada.address, "wrong").content.decode()
    clock.now += 3600
    assert "Too many tries" in try_sign_in(client, ada.address, PASSWORD).content.decode()
    # From another address on the net, too: it is the account that is tried.
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert try_sign_in(elsewhere, ada.address, PASSWORD).status_code == 422
    clock.now += DAY
    assert try_sign_in(client, ada.address, PASSWORD).status_code == 302


def test_signing_in_needs_no_redis(tmp_path: Path) -> None:
    script = f"""
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from webmail.models import User
call_command("migrate", verbosity=0)
User.objects.create_user("ada@crepes.test", "{PASSWORD}")
for password in ("wrong", "{PASSWORD}"):
    given = {{"address": "ada@crepes.test", "password": password}}
    print(Client(SERVER_NAME="localhost").post("/sign-in/", given).status_code)
"""
    nobody = {"REDIS_URL": "redis://127.0.0.1:1/0", "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    environment = os.environ | nobody | {"DJANGO_SETTINGS_MODULE": "webmail.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["422", "302"], done.stderr


def test_thirty_tries_at_once_are_ten_tries(transactional_db: None, ada: User) -> None:
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(_wrong_elsewhere, [ada.address] * 30))
    assert sum("Too many tries" not in answer for answer in answers) == 10


def _wrong_elsewhere(address: str) -> str:
    try:
        return try_sign_in(Client(), address, "wrong").content.decode()
    finally:
        connection.close()


def test_the_owners_own_browser_is_not_shut_out_but_has_limits_too(
    client: Client, ada: User, clock: Clock
) -> None:
    try_sign_in(client, ada.address, PASSWORD)
    client.post("/sign-out/")
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(11):
        try_sign_in(stranger, ada.address, "wrong")
    assert try_sign_in(stranger, ada.address, PASSWORD).status_code == 422
    assert try_sign_in(client, ada.address, PASSWORD).status_code == 302
    client.post("/sign-out/")
    for _ in range(10):
        try_sign_in(client, ada.address, "wrong")
    assert try_sign_in(client, ada.address, PASSWORD).status_code == 422


def test_a_known_browser_is_known_for_its_owner_only(client: Client, ada: User) -> None:
    User.objects.create_user("eve@crepes.test", PASSWORD)
    try_sign_in(client, "eve@crepes.test", PASSWORD)
    client.post("/sign-out/")
    for _ in range(10):
        try_sign_in(Client(), ada.address, "wrong")
    assert try_sign_in(client, ada.address, PASSWORD).status_code == 422
    # Nor can its cookie be taken for hers.
    (name,) = [name for name in client.cookies if name.startswith("device_")]
    client.cookies[name] = "x:y:z"
    assert try_sign_in(client, ada.address, PASSWORD).status_code == 422


def test_signing_out_ends_the_session(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_pages_allow_no_inline_code_and_no_keeping(client: Client) -> None:
    answer = client.get("/sign-in/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "no-store" in answer["Cache-Control"]
    assert " style=" not in answer.content.decode()
