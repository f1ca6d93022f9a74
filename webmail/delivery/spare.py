"""Open connections to hosts that the operator routed, for the next destination that leads there.

Of those the operator knows that they are one: a smarthost for everything, a provider of several domains.
"""

import threading
from collections import defaultdict
from typing import Protocol

from django.utils import timezone

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.route import Host, Routes

from . import claims, turn

SECONDS = 2.0
"""So long a connection waits for the next destination before we take leave."""

type Place = tuple[tuple[Host, ...], TlsWish]
"""The hosts of a route, and what the messages ask of encryption: what is good enough for one is for all."""


def has_use(routes: Routes, domain: str) -> bool:
    """Say whether mail waits for another destination that is routed as this one is."""
    hosts = routes.find(domain)
    if not hosts or turn.stopping.is_set():
        return False
    alike = [name for name, found in routes.hosts.items() if found == hosts and name not in ("*", domain)]
    elsewhere = [*routes.hosts, domain] if routes.hosts.get("*") == hosts else None
    return claims.is_due_at_any(alike, timezone.now(), none_of=elsewhere)


class Spoken(Protocol):
    """A conversation that can be ended."""

    def quit(self) -> None:
        """Take leave, and close."""
        ...


class Spare[Conversation: Spoken]:
    """The connections of a process that are nobody's for a moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: defaultdict[Place, list[Conversation]] = defaultdict(list)

    def put(self, place: Place, conversation: Conversation) -> None:
        """Let another destination have it, or take leave in two seconds."""
        with self._lock:
            self._kept[place].append(conversation)
        timer = threading.Timer(SECONDS, self._end, [place, conversation])
        timer.daemon = True
        timer.start()

    def take(self, place: Place) -> Conversation | None:
        """Return the one that was put last, which then is the caller's."""
        with self._lock:
            return self._kept[place].pop() if self._kept.get(place) else None

    def _end(self, place: Place, conversation: Conversation) -> None:
        with self._lock:
            mine = conversation in self._kept[place]
            if mine:
                self._kept[place].remove(conversation)
        if mine:
            conversation.quit()
