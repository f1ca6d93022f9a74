"""The sessions of a person: where somebody is signed in, and ending that."""

import hashlib
from datetime import datetime

from webmail.models import Session, User

from .text import storable

VISIT = "visit"
"""What a session has of its sign-in: {"at": seconds of the epoch, "ip": …, "program": …}."""


def handle(key: str) -> str:
    """Name a session on a page: its key would let in who reads it."""
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:20]


def note_seen(key: str, ip: str, program: str, now: datetime) -> None:
    """Keep when and from where a session was used."""
    Session.objects.filter(session_key=key).update(seen_at=now, ip=ip, program=storable(program)[:200])


def end(user: User, name: str) -> bool:
    """End the session of this handle; False when the person has none."""
    keys = Session.objects.filter(user=user).values_list("session_key", flat=True)
    found = [key for key in keys if handle(key) == name]
    return Session.objects.filter(session_key__in=found).delete()[0] > 0


def end_others(user: User, keep: str) -> int:
    """End all sessions of a person but the one of this key; how many."""
    return Session.objects.filter(user=user).exclude(session_key=keep).delete()[0]
