"""NOTIFY (RFC 5465): which events of which mailboxes a session is told of, and what happened there."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING

from . import news
from .backend import Mailbox
from .mailbox_lines import changed_line, status_line

if TYPE_CHECKING:
    from .session import Session


class Event(Flag):
    """What may happen (§5)."""

    NONE = 0
    NEW = auto()
    EXPUNGE = auto()
    FLAGS = auto()
    NAME = auto()
    SUBSCRIPTION = auto()
    COUNTS = NEW | EXPUNGE
    MESSAGES = NEW | EXPUNGE | FLAGS


@dataclass(frozen=True, slots=True)
class Group:
    """Events of some mailboxes: of all, of those subscribed to, of these, or of all at and below these."""

    of: str
    events: Event
    paths: frozenset[str] = frozenset()

    def covers(self, box: Mailbox) -> bool:
        """Tell whether a mailbox is among them."""
        match self.of:
            case "SUBSCRIBED":
                return box.is_subscribed
            case "MAILBOXES":
                return box.path in self.paths
            case "SUBTREE":
                return any(box.path == path or box.path.startswith(f"{path}/") for path in self.paths)
        return True


type TellNew = Callable[["Session", Sequence[int]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Selected:
    """What is told of the selected mailbox; `is_delayed` keeps numbers until a command ends (§6.1)."""

    events: Event = Event.NONE
    is_delayed: bool = False
    tell_new: TellNew | None = None

    @property
    def tells_flags(self) -> bool:
        """Tell whether flags that others change are told: not, where only other events are wanted."""
        return not self.events or bool(self.events & Event.FLAGS)


class Notify:
    """The wishes of a session, and the mailboxes as it was told of them."""

    def __init__(self, groups: Sequence[Group], selected: Selected) -> None:
        self.groups, self.selected = groups, selected
        self.known: dict[int, Mailbox] = {}

    def wishes(self, box: Mailbox) -> Event:
        """Which events of a mailbox are told."""
        wanted = Event.NONE
        for group in self.groups:
            if group.covers(box):
                wanted |= group.events
        return wanted

    def take(self, boxes: Collection[Mailbox]) -> Iterator[tuple[Mailbox, Mailbox | None, Event]]:
        """Take in how the mailboxes are now: each that changed, how it was, and what is to be told of it.

        One that is gone comes as it was, with itself before.
        """
        now = {box.key: box for box in boxes}
        before, self.known = self.known, now
        for key, old in before.items():
            if key not in now and self.wishes(old) & Event.NAME:
                yield old, old, Event.NAME
        for key, box in now.items():
            was = before.get(key)
            if was != box and (events := self.wishes(box) & _happened(was, box)):
                yield box, was, events


def _happened(was: Mailbox | None, now: Mailbox) -> Event:
    if was is None:
        return Event.NAME | (Event.NEW if now.messages else Event.NONE)
    found = Event.NONE
    if was.path != now.path:
        found |= Event.NAME
    if was.is_subscribed != now.is_subscribed:
        found |= Event.SUBSCRIPTION
    if was.uid_next != now.uid_next:
        found |= Event.NEW
    if was.messages + now.uid_next - was.uid_next > now.messages:
        found |= Event.EXPUNGE
    if was.unseen != now.unseen or was.highest_modseq != now.highest_modseq:
        found |= Event.FLAGS
    return found


async def begin(session: "Session", notify: Notify, *, with_status: bool) -> None:
    """Remember how all is now; say it of the mailboxes whose messages are of interest, if asked to."""
    boxes = await session.call(session.account.mailboxes)
    notify.known = {box.key: box for box in boxes}
    for box in boxes:
        wished = notify.wishes(box)
        if with_status and wished & Event.MESSAGES and not _is_selected(session, box):
            await session.say(_status(session, box, wished))


async def tell(session: "Session", *, expunges: bool = True) -> None:
    """Say what happened, in the selected mailbox and, for who wants to know, elsewhere."""
    if session.selection is not None:
        await news.tell(session, expunges=expunges)
    await _tell_elsewhere(session)


async def _tell_elsewhere(session: "Session") -> None:
    notify = session.notify
    if notify is None:
        return
    boxes = await session.call(session.account.mailboxes)
    for box, was, events in list(notify.take(boxes)):
        if was is box:
            await session.say(changed_line(box, is_gone=True, utf8=session.utf8))
            continue
        if events & (Event.NAME | Event.SUBSCRIPTION):
            old_path = was.path if was is not None and was.path != box.path else ""
            await session.say(changed_line(box, old_path=old_path, utf8=session.utf8))
        if events & Event.MESSAGES and not _is_selected(session, box):
            await session.say(_status(session, box, notify.wishes(box)))


async def tell_between(session: "Session") -> None:
    """Say what happened while no command is under way; of the selected mailbox only on request."""
    selected = session.notify.selected if session.notify else Selected()
    if session.selection is not None and selected.events:
        await news.tell(session, expunges=not selected.is_delayed)
    await _tell_elsewhere(session)


def _is_selected(session: "Session", box: Mailbox) -> bool:
    return session.selection is not None and session.selection.folder.mailbox.key == box.key


def _status(session: "Session", box: Mailbox, wished: Event) -> bytes:
    """What is told of a mailbox that is not selected (§5.1 to §5.3)."""
    items = ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]
    if wished & Event.FLAGS:
        items += ("UNSEEN", "HIGHESTMODSEQ")
    return status_line(box, items, {}, utf8=session.utf8)
