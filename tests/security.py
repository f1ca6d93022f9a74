"""Steps of signing in, as a person and their app take them."""

import time
from types import SimpleNamespace

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from tests.people import PASSWORD, Person
from webmail.models import Door
from webmail.store import second_factor, totp
from webmail.store.log_ins import Visitor
from webmail.views import entrance

SECURITY = "/settings/security/"


def at(door: Door, ip: str = "192.0.2.9", program: str = "Thunderbird") -> Visitor:
    """Stand at a door."""
    return Visitor(door, ip, program)


def sign_in(client: Client, person: Person, password: str = PASSWORD, **more: str):
    """Give address and password to the page."""
    return client.post("/sign-in/", {"address": person.address, "password": password, **more})


def confirm(client: Client) -> None:
    """Let a session that was given to a browser be one whose person has just typed their password."""
    session = client.session
    entrance.note_confirmed(SimpleNamespace(session=session))
    session.save()


def hash_truly(person: Person) -> None:
    """Hash a password as the server of a browser's tests does, which knows nothing of our cheap way."""
    person.user.password = Argon2PasswordHasher().encode(PASSWORD, "salt of a test")
    person.user.save()


def code(secret: str, later: int = 0) -> str:
    """Read the app's display, so many half minutes from now."""
    return totp.code_at(secret, int(time.time()) // totp.PERIOD + later)


def with_app(person: Person) -> str:
    """Give a person an authenticator app; its secret. The code that shows it was used is the one before."""
    secret = totp.make_secret()
    assert second_factor.switch_on(person.user, secret, code(secret, -1))
    return secret
