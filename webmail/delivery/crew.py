"""Several connections to one slow destination, each in a thread of its own that asks the database nothing."""

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from django.db import connections

from mailserver.smtp.content import Content
from mailserver.smtp.dialer import NoConversationError
from mailserver.smtp.reply import Reply

from .destination import is_silence
from .fault import guarded
from .ledger import Ledger
from .link import Link
from .owed import Owed, Parcel, Result, Settled
from .turn import Pace

_LOOK_SECONDS = 0.25

type Load = tuple[Parcel, list[Owed], Content]


class Crew:
    """Threads that take messages from one hand; one that finds no host to talk to leaves."""

    def __init__(self, ledger: Ledger, pace: Pace) -> None:
        self.ledger = ledger
        self.pace = pace
        """How long a message took since the crew grew last, or before there was one."""
        self.silence: Reply | None = None
        """What was said of a host that gave no answer; for the hand to note."""
        self._lock = threading.Lock()
        self._work, self._news = threading.Condition(self._lock), threading.Condition(self._lock)
        self._offered: Load | None = None
        self._members: list[threading.Thread] = []
        self._present = self._busy = 0
        self._over = self._refused = False
        self._surplus = 0
        self._farewells: list[Result] = []

    @property
    def size(self) -> int:
        """How many connections there are, or are being made."""
        return self._present

    @property
    def is_measured(self) -> bool:
        """Whether it is time to look if it takes more connections: each has carried two messages."""
        return not self._refused and 0 < 2 * self._present <= self.pace.count

    def grow(self, links: Iterable[Link]) -> None:
        """Let more connections take part, and measure anew."""
        self.pace = Pace()
        for link in links:
            self.join(link)

    def dismiss(self, count: int) -> None:
        """Let some of the connections end."""
        with self._lock:
            self._surplus += max(count, 0)
            self._work.notify_all()

    def join(self, link: Link) -> None:
        """Let one more connection take part."""
        with self._lock:
            self._present += 1
        member = threading.Thread(target=self._run, args=(link,), name="crew", daemon=True)
        self._members.append(member)
        member.start()

    def give(self, load: Load, meanwhile: Callable[[], None]) -> bool:
        """Hand a message to who is free first; `meanwhile` is called again and again.

        False when nobody is left to take it.
        """
        return self._until(lambda: self._offer(load), meanwhile)

    def finish(self, meanwhile: Callable[[], None]) -> bool:
        """Return when all that was given is done; False when nobody is left to do it."""
        return self._until(lambda: not self._busy and not self._offered, meanwhile)

    def close(self) -> list[Result]:
        """Say QUIT over each connection; returns the last results of each with the farewell."""
        with self._lock:
            self._over = True
            self._work.notify_all()
        for member in self._members:
            member.join()
        return self._farewells

    def left(self) -> list[tuple[Parcel, list[Owed]]]:
        """What was given and nobody took, when all have gone."""
        if self._offered is None:
            return []
        parcel, owed, content = self._offered
        content.close()
        return [(parcel, owed)]

    def _offer(self, load: Load) -> bool:
        if self._offered is None:
            self._offered = load
            self._work.notify()
            return True
        return False

    def _until(self, done: Callable[[], bool], meanwhile: Callable[[], None]) -> bool:
        """Wait for something under the lock, as long as anybody is present."""
        while True:
            with self._lock:
                if not self._present:
                    return False
                if done() or (self._news.wait(_LOOK_SECONDS) and done()):
                    return True
            meanwhile()

    def _run(self, link: Link) -> None:
        try:
            while self._connected(link) and (load := self._take()):
                self._carry(link, load)
            farewell = link.close()
            with self._lock:
                self._farewells += farewell
        finally:
            connections.close_all()
            with self._lock:
                self._present -= 1
                self._news.notify()

    def _connected(self, link: Link) -> bool:
        """Dial before a message is taken: that one more finds nobody is no message's trouble."""
        try:
            if link.connect():
                connections.close_all()
        except NoConversationError:
            self._refused = True
            return False
        return True

    def _take(self) -> Load | None:
        with self._lock:
            while self._offered is None and not (self._over or self._surplus):
                self._work.wait()
            if self._surplus:
                self._surplus -= 1
                return None
            load, self._offered = self._offered, None
            self._busy += load is not None
            self._news.notify()
            return load

    def _carry(self, link: Link, load: Load) -> None:
        parcel, owed, content = load
        started = time.monotonic()
        try:
            results = guarded(parcel, owed, partial(link.hand_over, parcel, owed, content))
            self.silence = next(filter(is_silence, (each.reply for each in results)), self.silence)
            self.ledger.put(Settled(parcel, results))
        finally:
            with self._lock:
                self.pace.step(time.monotonic() - started)
                self._busy -= 1
                self._news.notify()
