"""The second step of signing in: codes of an app, and recovery codes for when it is lost."""

from time import time

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from webmail.models import Account, CodeSecret, Means, Passkey, RecoveryCode, User

from . import doors, random_words, totp
from .sealing import UnsealError, seal, unseal

RECOVERY_CODES = 10
_LENGTH = 16  # letters of 5 bits


def is_on(user: User) -> bool:
    """Tell whether signing in takes a second step: one statement."""
    return _having(user).exists()


def is_missing(user: User) -> bool:
    """Tell whether an administrator wants a second step, and there is none yet."""
    return _is_required(user) and not is_on(user)


def replaces_password(user: User) -> bool:
    """Tell whether mail programs must show an app password: the main one alone isn't enough any more."""
    return is_on(user) or _is_required(user)


def switch_on(user: User, secret: str, code: str) -> bool:
    """Keep the app's secret, if the code shows that the app has it; an older secret is replaced."""
    step = totp.matching_step(secret, code, time())
    if step is None:
        return False
    with transaction.atomic():
        CodeSecret.objects.update_or_create(user=user, defaults={"sealed": seal(secret), "last_step": step})
        doors.changed(user)
    return True


def switch_off(user: User) -> None:
    """Forget the app; the recovery codes go when nothing is left that they stand in for."""
    CodeSecret.objects.filter(user=user).delete()
    forget_idle_codes(user)


def forget_idle_codes(user: User) -> None:
    """Forget the recovery codes, unless there is a second step."""
    RecoveryCode.objects.filter(user=user).exclude(user__in=_having(user)).delete()


def reset(user: User) -> None:
    """Take a person's second step away, for an administrator: they lost it all."""
    with transaction.atomic():
        for model in (CodeSecret, Passkey, RecoveryCode):
            model.objects.filter(user=user).delete()


def use(user: User, typed: str) -> Means | None:
    """Take a code of the app or a recovery code; what it was, None for neither. Each counts once."""
    code = "".join(typed.split())
    if len(code) == totp.DIGITS and code.isascii() and code.isdigit():
        return Means.CODE if _use_code(user, code) else None
    word = random_words.read(typed, _LENGTH)
    used = word and RecoveryCode.objects.filter(user=user, digest=random_words.digest(word)).delete()[0]
    return Means.RECOVERY_CODE if used else None


def renew_recovery_codes(user: User) -> list[str]:
    """Make new ones, to be shown once; the older ones are worth nothing any more."""
    words = [random_words.make(_LENGTH) for _ in range(RECOVERY_CODES)]
    rows = [RecoveryCode(user=user, digest=random_words.digest(word)) for word in words]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(rows)
    return [random_words.shown(word, "-") for word in words]


def has_recovery_codes(user: User) -> bool:
    """Tell whether any are left."""
    return RecoveryCode.objects.filter(user=user).exists()


def _use_code(user: User, code: str) -> bool:
    known = CodeSecret.objects.filter(user=user).first()
    try:
        step = totp.matching_step(unseal(known.sealed), code, time()) if known else None
    except UnsealError:
        return False
    # The same code again, or an older one, changes no row: two at once have one winner (RFC 6238 §5.2).
    rows = CodeSecret.objects.filter(user=user, last_step__lt=step or 0)
    return step is not None and rows.update(last_step=step) == 1


def _having(user: User) -> QuerySet[User]:
    of_user = {"user": OuterRef("pk")}
    has_app = Exists(CodeSecret.objects.filter(**of_user))
    return User.objects.filter(has_app | Exists(Passkey.objects.filter(**of_user)), pk=user.pk)


def _is_required(user: User) -> bool:
    of_domain = Account.objects.filter(user=user, domain__needs_second_factor=True)
    return user.needs_second_factor or of_domain.exists()
