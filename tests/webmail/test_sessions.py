"""Sessions keep Django's promises, though their person comes with them."""

from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.people import Person
from webmail.models import Session
from webmail.store import sweep

PAGE = "/mail/inbox/"


@pytest.fixture
def web(alice: Person, client: Client) -> Client:
    """Alice's browser."""
    client.force_login(alice.user)
    return client


def is_signed_in(web: Client) -> bool:
    return web.get(PAGE).status_code == 200


def test_session_person_and_account_are_one_statement(
    web: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    web.get("/changes/?since=1")
    # The other one is the account's modseq.
    with django_assert_num_queries(2):
        web.get("/changes/?since=999")


def test_a_session_names_its_person_from_signing_in_to_signing_out(web: Client, alice: Person) -> None:
    assert [row.user_id for row in Session.objects.all()] == [alice.user.pk]
    web.post("/sign-out/")
    assert not Session.objects.exists()
    assert not is_signed_in(web)


def test_another_person_in_the_same_browser_gets_another_session(
    web: Client, alice: Person, bob: Person
) -> None:
    assert is_signed_in(web)
    before = web.session.session_key
    web.force_login(bob.user)
    assert web.session.session_key != before
    assert bob.address in web.get(PAGE).content.decode()
    assert [row.user_id for row in Session.objects.all()] == [bob.user.pk]


def test_a_new_password_ends_every_session(web: Client, alice: Person) -> None:
    other = Client()
    other.force_login(alice.user)
    alice.user.set_password("another one entirely")
    alice.user.save()
    assert not is_signed_in(web)
    assert not is_signed_in(other)
    assert not Session.objects.exists()


def test_who_may_not_sign_in_any_more_is_out_at_once(web: Client, alice: Person) -> None:
    alice.user.is_active = False
    alice.user.save()
    assert not is_signed_in(web)


def test_who_is_deleted_leaves_no_session(web: Client, alice: Person) -> None:
    alice.account.delete()
    alice.user.delete()
    assert not Session.objects.exists()
    assert not is_signed_in(web)


def test_a_person_without_an_account_is_told_so(web: Client, alice: Person) -> None:
    alice.account.is_active = False
    alice.account.save()
    assert web.get(PAGE).status_code == 403


def test_a_secret_that_was_replaced_still_opens_and_is_renewed(web: Client, settings) -> None:
    before = web.session.session_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new one, which is long enough to be one"
    assert is_signed_in(web)
    after = web.cookies[settings.SESSION_COOKIE_NAME].value
    assert after != before
    settings.SECRET_KEY_FALLBACKS = []
    assert is_signed_in(web)


def test_a_backend_that_is_not_in_use_opens_nothing(web: Client) -> None:
    session = web.session
    session[BACKEND_SESSION_KEY] = "another.backend"
    session.save()
    assert not is_signed_in(web)


def test_an_expired_session_opens_nothing_and_is_swept(web: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(web)
    assert sweep.run().sessions == 1
    assert not Session.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "no such session at all, and longer than any", '"\\000"', "'; --"])
def test_a_cookie_of_a_strangers_making_asks_nothing(client: Client, db: None, settings, key: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    with CaptureQueriesContext(connection) as captured:
        assert not is_signed_in(client)
    assert len(captured) == int(key.isalnum() and len(key) >= 8)
