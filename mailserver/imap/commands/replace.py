"""REPLACE and UID REPLACE (RFC 8508): a draft is saved anew, and the one before goes, in one step."""

from .. import new_message
from ..lexer import Lexer
from ..registry import State, command
from ..replies import Bad, Done, No
from ..session import Session


@command("REPLACE", State.SELECTED)
async def replace(session: Session, args: Lexer) -> Done:
    """Replace a message that is named by number."""
    return await _replace(session, args, by_uid=False)


@command("UID REPLACE", State.SELECTED)
async def uid_replace(session: Session, args: Lexer) -> Done:
    """Replace a message that is named by uid."""
    return await _replace(session, args, by_uid=True)


async def _replace(session: Session, args: Lexer, *, by_uid: bool) -> Done:
    args.space()
    numbers = args.number_set()
    args.space()
    path = args.mailbox()
    args.space()
    given = new_message.read(args)
    args.end()
    selection = session.selected
    selection.refuse_read_only()
    uids = session.chosen(numbers, by_uid=by_uid)
    if len(uids) > 1 or len(numbers.ranges) != 1:
        raise Bad("One message is replaced at a time")
    if not uids:
        raise No("There is no such message", "NONEXISTENT")
    message = await new_message.whole(session, given)
    validity, uid = await session.call(
        session.account.replace, selection.folder.mailbox.key, uids[0], path, message
    )
    # Before the number of the old one goes (§3.4).
    await session.say(b"OK [APPENDUID %d %d] It stands there" % (validity, uid))
    return Done("completed")
