"""NOTIFY (RFC 5465 §3)."""

from collections.abc import Sequence

from .. import notify, sections
from ..lexer import Lexer
from ..notify import Event, Group, Notify, Selected
from ..registry import State, command
from ..replies import Bad, Done, No
from ..sections import Items
from ..session import Session
from .fetch import tell_items

_EVENTS = {
    "MESSAGENEW": Event.NEW,
    "MESSAGEEXPUNGE": Event.EXPUNGE,
    "FLAGCHANGE": Event.FLAGS,
    "MAILBOXNAME": Event.NAME,
    "SUBSCRIPTIONCHANGE": Event.SUBSCRIPTION,
}
_NOT_OURS = {"ANNOTATIONCHANGE", "MAILBOXMETADATACHANGE", "SERVERMETADATACHANGE"}
_KNOWN = "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange"
# Mail comes wherever a rule puts it, so that all mailboxes are inboxes.
_ALL = {"PERSONAL", "INBOXES"}
_NAMED = {"MAILBOXES", "SUBTREE"}
_MOST_GROUPS = 20
_MOST_NAMES = 100


@command("NOTIFY", State.WITH_MAIL)
async def notify_(session: Session, args: Lexer) -> Done:
    """Say what is to be told without being asked for."""
    args.space()
    word = args.atom()
    if word == "NONE":
        args.end()
        session.notify = None
        return Done("completed")
    if word != "SET":
        raise Bad("SET or NONE is expected")
    with_status = args.take(b" STATUS")
    wishes = _wishes(args)
    await notify.begin(session, wishes, with_status=with_status)
    session.notify = wishes
    return Done("completed")


def _wishes(args: Lexer) -> Notify:
    groups: list[Group] = []
    selected = Selected()
    while not args.is_at_end:
        args.space()
        args.expect(b"(")
        of = args.atom()
        if of in ("SELECTED", "SELECTED-DELAYED"):
            selected = _selected(args, of)
        else:
            groups.append(_group(args, of))
        args.expect(b")")
        if len(groups) > _MOST_GROUPS or sum(len(group.paths) for group in groups) > _MOST_NAMES:
            raise No("So many mailboxes can't be watched", "LIMIT")
    if not groups and not selected.events:
        raise Bad("Events are expected")
    return Notify(groups, selected)


def _group(args: Lexer, of: str) -> Group:
    args.space()
    if of in _ALL or of == "SUBSCRIBED":
        return Group(of, _events(args)[0])
    if of not in _NAMED:
        raise Bad(f"{of} are no mailboxes")
    paths = [args.mailbox()] if not args.take(b"(") else _names(args)
    args.space()
    return Group(of, _events(args)[0], frozenset(paths))


def _names(args: Lexer) -> list[str]:
    found = [args.mailbox()]
    while not args.take(b")"):
        args.space()
        found.append(args.mailbox())
    return found


def _selected(args: Lexer, of: str) -> Selected:
    args.space()
    events, items = _events(args, may_fetch=True)
    if events & ~Event.MESSAGES:
        raise Bad("Of the selected mailbox only messages are told")

    async def tell_new(session: Session, uids: Sequence[int]) -> None:
        if items is not None:
            await tell_items(session, items, uids)

    return Selected(events, of == "SELECTED-DELAYED", tell_new)


def _events(args: Lexer, *, may_fetch: bool = False) -> tuple[Event, Items | None]:
    """Read events, and what is told of new messages."""
    found, items = Event.NONE, None
    if args.take(b"NONE"):
        return found, items
    args.expect(b"(")
    while not args.take(b")"):
        if found:
            args.space()
        word = args.atom()
        if word in _NOT_OURS:
            raise No("This is not told", f"BADEVENT ({_KNOWN})")
        if word not in _EVENTS:
            raise Bad(f"{word} is no event")
        found |= _EVENTS[word]
        if may_fetch and word == "MESSAGENEW" and args.take(b" ("):
            items = sections.read_list(args)
    # What changes the numbers goes together, and flags are of no use without (§5).
    if found & Event.MESSAGES and not found & Event.COUNTS == Event.COUNTS:
        raise Bad("MessageNew and MessageExpunge go together, and FlagChange with both")
    if not found:
        raise Bad("Events are expected")
    return found, items
