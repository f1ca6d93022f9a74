"""Sessions in the database, read with their person and account by one statement.

Django reads the session, then the person, and the page would read the account; each costs its own compiling.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from webmail.models import Account, Session, User
from webmail.store import open_sessions, queries

_NOTED = timedelta(minutes=10)
_BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, whose rows name their person."""

    _found: queries.StoredSession | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Say where sessions are kept."""
        return Session

    def load(self) -> dict[str, Any]:
        """Read the session's data, and keep what came with it."""
        key = self.session_key or ""
        # A cookie says what it likes; a key of ours has letters and digits only.
        self._found = queries.session(key, timezone.now()) if key.isalnum() else None
        if self._found is None:
            self._session_key = None
            return {}
        return self.decode(self._found.data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Make the row to save."""
        row = super().create_model_instance(data)
        row.user_id = data.get(auth.SESSION_KEY)
        visit = data.get(open_sessions.VISIT, {})
        row.signed_in_at = _moment(visit["at"]) if visit else None
        row.ip, row.program = self._seen_from() or (visit.get("ip", ""), visit.get("program", ""))
        row.seen_at = timezone.now()
        return row

    def note_seen(self, ip: str, program: str) -> None:
        """Keep that the session was used, if it wasn't noted lately."""
        now = timezone.now()
        if self._found and (self._found.seen_at is None or now - self._found.seen_at > _NOTED):
            open_sessions.note_seen(self.session_key, ip, program, now)

    def _seen_from(self) -> tuple[str, str] | None:
        """Say what the row has already: a session is saved as a whole."""
        found = self._found
        return (found.ip, found.program) if found and found.user and found.ip else None

    def person(self) -> User | None:
        """Find whom the session belongs to, if all that Django asks of a session holds as it stands."""
        key = self.get(auth.SESSION_KEY)
        user = self._found.user if self._found else None
        if user is None or key != str(user.pk) or not user.is_active:
            return None
        backend = self.get(auth.BACKEND_SESSION_KEY)
        if backend != _BACKEND or backend not in settings.AUTHENTICATION_BACKENDS:
            return None
        known = constant_time_compare(self.get(auth.HASH_SESSION_KEY) or "", user.get_session_auth_hash())
        return user if known else None

    def account_of(self, user: User) -> Account | None:
        """Open the account of the person who signed in."""
        account = self._found.account if self._found else None
        return account if account and account.user_id == user.pk else queries.account_for(user)


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """Find who signed in; where a session is unusual (an old secret, a changed password), Django decides."""
    return request.session.person() or auth.get_user(request)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
