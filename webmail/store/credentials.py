"""The one door for passwords: at the web, IMAP, POP3 and SMTP the same question, and the same limit.

It hashes, so never call it within a transaction; on an event loop Django refuses its first query.
"""

import os
import threading
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from mailserver.sasl import Claim, Password, Proof
from webmail.models import Account, AppPassword, Door, Means, Outcome, User

from . import admissions, app_passwords, doors, log_ins, login_limit, open_sessions, queries, second_factor
from .log_ins import Visitor

_LONGEST = 4096
# Argon2 takes 100 MiB for each: no more at once than there are processors to run them.
_hashing = threading.BoundedSemaphore(os.process_cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said at the door. `user` only with ACCEPTED and HALF_WAY; `account` never at the web."""

    outcome: Outcome
    means: Means = Means.PASSWORD
    user: User | None = None
    account: Account | None = None
    app_password: AppPassword | None = None

    @property
    def is_accepted(self) -> bool:
        """Tell whether to let them in."""
        return self.outcome == Outcome.ACCEPTED

    def admission(self, door: Door) -> admissions.Admission:
        """Note how they came in; only of who was let in at a door of mail programs."""
        assert self.account is not None
        assert self.user is not None
        return admissions.admit(self.account, self.user, door, self.app_password)


def authenticate(address: str, password: str, visitor: Visitor) -> Answer:
    """Ask who this is, and write it down.

    The web takes the main password, and says HALF_WAY when a second step follows. The other doors take app
    passwords, and the main one only from who has no second step: else APP_PASSWORD_NEEDED. A stranger's
    address takes as long as one that is known.
    """
    person = User.objects.filter(address=address.lower()).first()
    answer = _by_app_password(person, password, visitor) or _by_password(person, address, password, visitor)
    _note(person, visitor, answer)
    return answer


def authenticate_claim(claim: Claim, visitor: Visitor) -> tuple[Answer, bytes]:
    """Ask by what SASL has: a password, or a proof; with the key that proves us, b"" where nothing does."""
    if isinstance(claim, Password):
        return authenticate(claim.name, claim.password, visitor), b""
    return authenticate_by_proof(claim, visitor)


def authenticate_by_proof(proof: Proof, visitor: Visitor) -> tuple[Answer, bytes]:
    """Ask who has proved to know an app password (SCRAM), and write it down; the key that proves us, too.

    Of the main password nothing is kept that a proof could be held against.
    """
    person = User.objects.filter(address=proof.name.lower()).first()
    found = app_passwords.find_by_proof(person, proof)
    if found and person:
        answer, key = _by_found(person, found[0], visitor), found[1].server
    else:
        answer, key = _count_failure(person, proof.name, visitor), b""
    _note(person, visitor, answer)
    return answer, key


def confirm(user: User, password: str, visitor: Visitor) -> Answer:
    """Ask somebody who is signed in for the main password again; only failures are written down."""
    answer = _by_password(user, user.address, password, visitor)
    if answer.user is None:
        log_ins.note(user, visitor, answer.outcome, answer.means)
    return answer


def change_password(user: User, password: str, *, keep_session: str, revoke_app_passwords: bool) -> None:
    """Give a person another main password; all sessions but this one end."""
    with _hashing:
        user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        open_sessions.end_others(user, keep_session)
        if revoke_app_passwords:
            app_passwords.revoke_all(user)
        else:
            doors.changed(user)


def _by_app_password(person: User | None, password: str, visitor: Visitor) -> Answer | None:
    """Nobody guesses one, so no limit keeps its program out, whoever tries the account elsewhere."""
    found = app_passwords.find(person, password)
    return _by_found(person, found, visitor) if found and person else None


def _by_found(person: User, found: AppPassword, visitor: Visitor) -> Answer:
    answer = Answer(Outcome.WRONG_SCOPE, Means.APP_PASSWORD, app_password=found)
    if not app_passwords.opens(found, visitor.door):
        return answer
    answer = _let_in(person, visitor, Means.APP_PASSWORD, found)
    if answer.is_accepted:
        app_passwords.note_use(found, visitor.ip, timezone.now())
    return answer


def _by_password(person: User | None, address: str, password: str, visitor: Visitor) -> Answer:
    this_try = login_limit.Try(address.lower(), visitor.ip, _device(person, visitor))
    if not this_try.is_allowed():
        this_try.forgive()
        return Answer(Outcome.LIMITED)
    if len(password) > _LONGEST or not _matches(person, password) or not person:
        return Answer(Outcome.WRONG)
    this_try.forgive()
    if visitor.door != Door.WEB and second_factor.replaces_password(person):
        return Answer(Outcome.APP_PASSWORD_NEEDED)
    return _let_in(person, visitor, Means.PASSWORD)


def _count_failure(person: User | None, address: str, visitor: Visitor) -> Answer:
    """A proof that fits no app password is a failure as any other."""
    this_try = login_limit.Try(address.lower(), visitor.ip, _device(person, visitor))
    if this_try.is_allowed():
        return Answer(Outcome.WRONG, Means.APP_PASSWORD)
    this_try.forgive()
    return Answer(Outcome.LIMITED)


def _note(person: User | None, visitor: Visitor, answer: Answer) -> None:
    if person:
        name = answer.app_password.name if answer.app_password else ""
        log_ins.note(person, visitor, answer.outcome, answer.means, name)
    else:
        login_limit.count_stranger()


def _let_in(person: User, visitor: Visitor, means: Means, app_password: AppPassword | None = None) -> Answer:
    if not person.is_active:
        return Answer(Outcome.INACTIVE, means, app_password=app_password)
    if visitor.door == Door.WEB:
        half = second_factor.is_on(person)
        return Answer(Outcome.HALF_WAY if half else Outcome.ACCEPTED, means, person)
    account = queries.account_for(person)
    if account is None:
        return Answer(Outcome.INACTIVE, means, app_password=app_password)
    return Answer(Outcome.ACCEPTED, means, person, account, app_password)


def _matches(person: User | None, password: str) -> bool:
    with _hashing:
        if person:
            return person.check_password(password)
        User().set_password(password)
    return False


def _device(person: User | None, visitor: Visitor) -> str:
    """Name a device that its owner has used: a browser by its cookie, a mail program by where it is."""
    if visitor.door == Door.WEB:
        return visitor.device
    key = person.pk if person else 0
    return f"{visitor.ip} {key}" if log_ins.knows(key, visitor.ip) else ""
