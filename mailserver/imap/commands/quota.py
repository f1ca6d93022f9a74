"""GETQUOTA and GETQUOTAROOT (RFC 9208); only an administrator sets one, elsewhere."""

from ..answers import mailbox as name_of
from ..backend import Quota
from ..lexer import Lexer
from ..registry import State, command
from ..replies import Done, No
from ..session import Session

_KIB = 1024


@command("GETQUOTA", State.WITH_MAIL)
async def get_quota(session: Session, args: Lexer) -> Done:
    """Say what is used and what may be."""
    args.space()
    root = args.astring()
    args.end()
    quota = await session.call(session.account.quota)
    if root or not quota.limit:
        raise No("There is no such quota root", "NONEXISTENT")
    await _tell(session, quota)
    return Done("completed")


@command("GETQUOTAROOT", State.WITH_MAIL)
async def get_quota_root(session: Session, args: Lexer) -> Done:
    """Say which root counts a mailbox: one counts all, and there is none for who has no limit."""
    args.space()
    path = args.mailbox()
    args.end()
    mailboxes = await session.call(session.account.mailboxes)
    if path not in {box.path for box in mailboxes}:
        raise No("There is no such mailbox", "NONEXISTENT")
    quota = await session.call(session.account.quota)
    await session.say(b"QUOTAROOT %b%b" % (name_of(path, utf8=session.utf8), b' ""' if quota.limit else b""))
    if quota.limit:
        await _tell(session, quota)
    return Done("completed")


async def _tell(session: Session, quota: Quota) -> None:
    """Storage is told in KiB."""
    await session.say(f'QUOTA "" (STORAGE {-(-quota.used // _KIB)} {quota.limit // _KIB})'.encode())
