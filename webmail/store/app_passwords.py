"""Passwords for mail programs: random, each for the doors it was made for, shown once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from mailserver import sasl
from webmail.models import AppPassword, Door, User

from . import doors, random_words, scram_salts
from .refusal import RefusalError
from .text import storable

DOORS = (Door.IMAP, Door.POP3, Door.SMTP)
MAX_NAME = 100
MOST = 50
_LENGTH = 28  # letters of 5 bits
_NOTED = timedelta(minutes=5)


class AppPasswordError(RefusalError):
    """It can't be made; `code` is taken (the name), full (there are too many) or nowhere (no door)."""


def create(user: User, name: str, scope: Collection[Door], *, pop3_keeps: bool = False) -> str:
    """Make one for these doors; what to type, in groups. Raises AppPasswordError.

    With `pop3_keeps` its program deletes nothing by POP3, whatever it asks.
    """
    if not set(scope) & set(DOORS):
        raise AppPasswordError("nowhere")
    word, name = random_words.make(_LENGTH), storable(name)[:MAX_NAME]
    opens = {door.value: door in scope for door in DOORS}
    opens["pop3_keeps"] = pop3_keeps and opens["pop3"]
    scram = _scram(user, word)
    with transaction.atomic():
        # Under the person's lock, so that two at once are counted.
        User.objects.select_for_update().get(pk=user.pk)
        names = list(AppPassword.objects.filter(user=user).values_list("name", flat=True))
        if name in names:
            raise AppPasswordError("taken")
        if len(names) >= MOST:
            raise AppPasswordError("full")
        AppPassword.objects.create(user=user, name=name, digest=random_words.digest(word), **opens, **scram)
    return random_words.shown(word, " ")


def find(user: User | None, typed: str) -> AppPassword | None:
    """Find the app password of this person that was typed (unique digest): as long for a stranger."""
    word = random_words.read(typed, _LENGTH)
    if not word:
        return None
    found = AppPassword.objects.filter(digest=random_words.digest(word)).first()
    return found if found and user and found.user_id == user.pk else None


def find_by_proof(user: User | None, proof: sasl.Proof) -> tuple[AppPassword, sasl.Keys] | None:
    """Find the app password that a program has proved to know, and its keys: one statement."""
    for found in AppPassword.objects.filter(user=user).order_by("pk") if user else ():
        for keys in sasl.unpack(bytes(found.scram_keys)):
            if proof.fits(keys):
                return found, keys
    return None


def opens(app_password: AppPassword, door: Door) -> bool:
    """Tell whether it is for this door; none is for the web."""
    return door in DOORS and bool(getattr(app_password, door.value))


def note_use(app_password: AppPassword, ip: str, now: datetime) -> None:
    """Keep when and from where it was used, to within five minutes."""
    last = app_password.last_used_at
    if last is None or now - last > _NOTED or app_password.last_used_ip != ip:
        AppPassword.objects.filter(pk=app_password.pk).update(last_used_at=now, last_used_ip=ip)


def _scram(user: User, word: str) -> dict[str, bytes]:
    """Derive what SCRAM asks for, of the word as it is shown and as one may type it."""
    salt = scram_salts.of(user.address)
    keys = sasl.scram_keys([word, random_words.shown(word, " ")], salt)
    return {"scram_salt": salt.octets, "scram_keys": sasl.pack(keys)}


def set_keeping(user: User, key: int, *, keeps: bool) -> str:
    """Say whether what a program deletes by POP3 stays; the name of its password, "" when there is none."""
    found = AppPassword.objects.filter(user=user, pk=key, pop3=True)
    found.update(pop3_keeps=keeps)
    return found.values_list("name", flat=True).first() or ""


def revoke(user: User, key: int) -> str:
    """Delete one; its name, "" when it is gone already or another's. Sessions that it opened end."""
    found = AppPassword.objects.filter(user=user, pk=key)
    name = found.values_list("name", flat=True).first() or ""
    with transaction.atomic():
        found.delete()
        doors.changed(user)
    return name


def revoke_all(user: User) -> int:
    """Delete all of a person; how many."""
    with transaction.atomic():
        count = AppPassword.objects.filter(user=user).delete()[0]
        doors.changed(user)
    return count
