"""What a person's page of security shows."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from webmail.models import AppPassword, CodeSecret, LogIn, Passkey, RecoveryCode, Session, User


class SecondFactor(NamedTuple):
    """What is asked for after the password. `app_since` is None without an authenticator app."""

    app_since: datetime | None
    recovery_codes: int
    passkeys: list[Passkey]

    @property
    def is_on(self) -> bool:
        """Tell whether signing in takes a second step."""
        return bool(self.app_since or self.passkeys)


def second_factor_of(user: User) -> SecondFactor:
    """Read it: three statements, by the person."""
    return SecondFactor(
        app_since=CodeSecret.objects.filter(user=user).values_list("created_at", flat=True).first(),
        recovery_codes=RecoveryCode.objects.filter(user=user).count(),
        passkeys=list(Passkey.objects.filter(user=user).defer("credential").order_by("pk")),
    )


def app_passwords_of(user: User) -> list[AppPassword]:
    """All of a person, as they were made."""
    return list(AppPassword.objects.filter(user=user).order_by("pk"))


def sessions_of(user: User, now: datetime) -> list[Session]:
    """Those that last beyond `now`, the last seen first."""
    rows = Session.objects.filter(user=user, expire_date__gt=now).defer("session_data")
    return sorted(rows, key=lambda row: row.seen_at.timestamp() if row.seen_at else 0.0, reverse=True)


def log_ins_of(user: User, limit: int, after: tuple[datetime, int] | None = None) -> list[LogIn]:
    """The newest of a person, or those that come after that one (index log_in_newest)."""
    rows = LogIn.objects.filter(user=user).order_by("-last_at", "-id")
    if after:
        at, key = after
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, id__lt=key))
    return list(rows[:limit])
