"""Who came in by a mail program, and whether they would be let in so still."""

import hashlib
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare

from webmail.models import Account, AppPassword, Door, User

from . import app_passwords, second_factor


@dataclass(frozen=True, slots=True)
class Admission:
    """An account, opened at a door by an app password, or by the main one as it was then."""

    account_id: int
    user_id: int
    door: Door
    app_password_id: int | None
    password: str

    def is_valid(self) -> bool:
        """Tell whether they would be let in now: two statements by an app password, three else."""
        account = Account.objects.filter(pk=self.account_id, is_active=True).select_related("user").first()
        if account is None or not account.user.is_active:
            return False
        if self.app_password_id is not None:
            found = AppPassword.objects.filter(pk=self.app_password_id, user_id=self.user_id).first()
            return found is not None and app_passwords.opens(found, self.door)
        is_same = constant_time_compare(_print(account.user), self.password)
        return is_same and not second_factor.replaces_password(account.user)


def admit(account: Account, user: User, door: Door, app_password: AppPassword | None) -> Admission:
    """Note how somebody came in; of a password only what tells it from another."""
    key = app_password.pk if app_password else None
    return Admission(account.pk, user.pk, door, key, _print(user))


def _print(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()
