"""One condition of a query: its formula for the index, its condition on columns, and how exact they are."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from mailserver.query import Age, Day, Has, In, Is, Leaf, MessageId, Remote, Size, Status, Text
from webmail.models import DeliveryAttempt, MailboxMessage, OutboundRecipient, RecipientState, Role

from . import index_terms
from .flag_names import MUTED
from .formula import Formula, Term, every, some
from .terms import folded, has_run, query_terms
from .text import storable

ANYWHERE: Final = frozenset({"anywhere"})
_ROLES: Final = {
    "spam": Role.JUNK,
    "bin": Role.TRASH,
    "draft": Role.DRAFTS,
    **{role.value: role for role in Role if role.value},
}
RARE_STATES: Final[dict[str, dict[str, bool]]] = {
    "starred": {"flagged": True},
    "draft": {"draft": True},
    "answered": {"answered": True},
    "pinned": {"pinned": True},
}
_STATES: Final = {"unread": {"seen": False}, "read": {"seen": True}, **RARE_STATES}
MUTED_KEYWORDS: Final = {"keywords__icontains": f" {MUTED} "}
_RECIPIENTS: Final = ("to", "cc", "bcc")
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_AHEAD: Final = datetime(2099, 12, 31, tzinfo=UTC)
_MOMENT: Final = timedelta(microseconds=1)
_HUGE: Final = 1 << 40
_MAX_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class Place:
    """A mailbox as `in:` and `label:` name it."""

    id: int
    path: str
    role: str
    message_count: int = 0
    unseen_count: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """Whose mail is searched, and when and where the reader is."""

    account_id: int
    places: Sequence[Place]
    now: datetime
    zone: tzinfo

    def named(self, name: str) -> list[Place]:
        """Find the mailboxes of a name: a role, a path, or the last level of one; case doesn't count."""
        wanted = _plain(name)
        role = _ROLES.get(wanted)
        tests: tuple[Callable[[Place], bool], ...] = (
            lambda place: role is not None and place.role == role,
            lambda place: _plain(place.path) == wanted,
            lambda place: _plain(place.path.rpartition("/")[2]) == wanted,
        )
        found = ([place for place in self.places if test(place)] for test in tests)
        return next((places for places in found if places), [])

    @property
    def bins(self) -> list[int]:
        """Spam and Trash, where a search looks only when told."""
        return [place.id for place in self.places if place.role in (Role.JUNK, Role.TRASH)]

    @property
    def snoozed(self) -> list[Place]:
        """Where snoozed mail waits; an account that never snoozed may have none."""
        return [place for place in self.places if place.role == Role.SNOOZED]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a condition is answered; `formula` may find too much unless `exact`, `columns` decides."""

    formula: Formula | None = None
    exact: bool = False
    columns: Q | None = None


def read(leaf: Leaf, ground: Ground) -> Reading:
    """Say how a condition is answered."""
    match leaf:
        case Text():
            return read_text(leaf)
        case Has():
            return Reading(Term(index_terms.FILE), exact=True, columns=Q(has_attachment=True))
        case Day(before, day):
            return _received(before, datetime.combine(day, time.min, ground.zone))
        case Age(older, count, unit):
            return _received(older, _ago(ground.now, count, unit))
        case Size(larger, size):
            return _sized(larger, size)
        case In(name):
            return Reading(columns=_stands(name, ground))
        case Is("snoozed"):
            return Reading(columns=standing(place.id for place in ground.snoozed))
        case Is(state):
            return Reading(columns=_state(state))
        case MessageId(value):
            return Reading(columns=Q(message_id=storable(value)))
        case Status(status):
            return Reading(columns=_sent(status_of(status)))
        case Remote(domain):
            return Reading(columns=_sent(_remote(storable(domain))))


def terms_of(text: Text) -> list[str]:
    """List the terms that a text asks for; those of a field carry its mark."""
    value = storable(text.value)
    return index_terms.asked(text.field, value) if text.field else query_terms(value)


def read_text(text: Text) -> Reading:
    """Say how a word or a phrase is looked for."""
    fields = _RECIPIENTS if text.field == "to" else (text.field,)
    wanted = [_formula(Text(text.value, field, text.exact, text.prefix)) for field in fields]
    terms = terms_of(text)
    exact = len(terms) < 2 or not (text.exact or has_run(text.value))
    # A letter begins the marks of terms, too ("s:"): what such a prefix finds is looked at.
    exact = exact and not (text.prefix and terms and index_terms.is_mark(terms[-1]))
    return Reading(some(wanted), exact=exact)


def _formula(text: Text) -> Formula:
    terms = terms_of(text)
    last = len(terms) - 1
    return every([Term(term, prefix=text.prefix and at == last) for at, term in enumerate(terms)])


def _received(before: bool, moment: datetime) -> Reading:
    if before:
        return Reading(
            some([Term(term) for term in index_terms.months(_LONG_AGO, moment - _MOMENT)]),
            columns=Q(received_at__lt=moment),
        )
    return Reading(
        some([Term(term) for term in index_terms.months(moment, _FAR_AHEAD)]),
        columns=Q(received_at__gte=moment),
    )


def _sized(larger: bool, size: int) -> Reading:
    if larger:
        terms, columns = index_terms.sizes(size, _HUGE), Q(size__gt=size)
    else:
        terms, columns = index_terms.sizes(0, size), Q(size__lt=size)
    return Reading(some([Term(term) for term in terms]), columns=columns)


def _ago(now: datetime, count: int, unit: str) -> datetime:
    """Go back so many hours, days, weeks, months or years; to a month's last day where it is too short."""
    if unit == "h":
        return now - timedelta(hours=count)
    if unit in "dw":
        return now - timedelta(days=min(count * (7 if unit == "w" else 1), _MAX_DAYS))
    months = now.year * 12 + now.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < _LONG_AGO.year:
        return _LONG_AGO
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def is_role(name: str) -> bool:
    """Tell whether a name means what everybody has, in the account or not yet."""
    return _plain(name) in _ROLES


def _stands(name: str, ground: Ground) -> Q:
    if _plain(name) in ANYWHERE:
        return Q(pk__gt=0)
    return standing(place.id for place in ground.named(name))


def _state(state: str) -> Q:
    if state == "muted":
        return _flagged(**MUTED_KEYWORDS)
    return _flagged(**_STATES[state]) if state in _STATES else Q(pk__in=[])


def standing(mailbox_ids: Iterable[int]) -> Q:
    """It stands in one of these mailboxes (index of the foreign key to the message).

    The sum hides the mailbox from SQLite, which would rather read all that stands in it, for each message.
    """
    placements = MailboxMessage.objects.filter(message=OuterRef("pk")).alias(place=F("mailbox_id") + 0)
    return Q(Exists(placements.filter(place__in=list(mailbox_ids))))


def _flagged(**how: bool | str) -> Q:
    """Some placement of it, or each, is so (index of the foreign key to the message)."""
    return Q(Exists(MailboxMessage.objects.filter(message=OuterRef("pk"), **how)))


def _sent(recipients: Q) -> Q:
    """Some recipient's copy of it is so (index of the foreign key to the sent message)."""
    return Q(Exists(OutboundRecipient.objects.filter(recipients, message__sent_message=OuterRef("pk"))))


def status_of(status: str) -> Q:
    """Say that a recipient's copy is so."""
    waits = Q(state=RecipientState.WAITING)
    if status == "waiting":
        return waits & Q(attempt_count=0)
    return waits & Q(attempt_count__gt=0) if status == "deferred" else Q(state=status)


def _remote(domain: str) -> Q:
    host = Q(host__iexact=domain) | Q(host__iendswith=f".{domain}")
    handed = Exists(DeliveryAttempt.objects.filter(host, recipient=OuterRef("pk")))
    return Q(domain__iexact=domain) | Q(domain__iendswith=f".{domain}") | Q(handed)


def _plain(name: str) -> str:
    """Bring a name to the form in which it is compared: label:to-do finds "To do"."""
    return folded(name).replace("-", " ").strip()
