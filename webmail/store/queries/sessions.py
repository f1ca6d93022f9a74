"""Who a session belongs to."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from webmail.models import Account, Session, User

from .. import columns, sql


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session's data as it was saved, its person and their account, the first when there are several."""

    data: str
    seen_at: datetime | None
    ip: str
    program: str
    user: User | None
    account: Account | None


def session(key: str, now: datetime) -> StoredSession | None:
    """Read a session that lasts beyond `now`, with its person and account: one statement, by primary keys."""
    found = sql.read(_statement(), [key, columns.parameter(now)])
    if not found:
        return None
    data, seen_at, ip, program, *values = found[0]
    middle = columns.count(User)
    user = columns.instance(User, values[:middle]) if values[0] is not None else None
    account = columns.instance(Account, values[middle:]) if values[middle] is not None else None
    if user and account:
        account.user = user
    return StoredSession(data, columns.moment(seen_at) if seen_at else None, ip, program, user, account)


@cache
def _statement() -> str:
    return (
        "SELECT s.session_data, s.seen_at, s.ip, s.program,"
        f" {columns.of(User, 'u')}, {columns.of(Account, 'a')}"
        f" FROM {Session._meta.db_table} s"
        f" LEFT JOIN {User._meta.db_table} u ON u.id = s.user_id"
        f" LEFT JOIN {Account._meta.db_table} a ON a.user_id = u.id AND a.is_active"
        " WHERE s.session_key = %s AND s.expire_date > %s ORDER BY a.id LIMIT 1"
    )
