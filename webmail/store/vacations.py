"""What an account answers while it is away, and to whom it did."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from webmail.models import Account, OutboundMessage, Vacation, VacationAnswer

from . import sql
from .automation_count import recount
from .change import Change
from .done import Done, Step
from .text import storable

KEY: Final = "away-"
"""How the submission keys of answers begin; the id of the message follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer and its days; an empty subject is that of the message, no last day until it is ended."""

    first_day: date
    last_day: date | None
    subject: str
    text: str
    contacts_only: bool


def begin(account_id: int, written: Written, zone: tzinfo) -> None:
    """Answer from the first day to the last, in this time zone; everybody may be answered anew."""
    fields = asdict(written)
    fields |= {"subject": storable(written.subject), "text": storable(written.text)}
    day = written.last_day + timedelta(days=1) if written.last_day else None
    after = datetime.combine(day, time.min, zone) if day else None
    with Change([account_id]):
        Vacation.objects.update_or_create(account_id=account_id, defaults=fields)
        VacationAnswer.objects.filter(account_id=account_id).delete()
        first = datetime.combine(written.first_day, time.min, zone)
        Account.objects.filter(pk=account_id).update(away_from=first, away_until=after)
        recount(account_id)


def end(account_id: int) -> Done:
    """Answer no more; what was written is kept for the next time."""
    return _set(account_id, None, None)


def resume(account_id: int, step: Step) -> Done:
    """Answer again as before it was ended."""
    first, until = (datetime.fromisoformat(each) if each else None for each in (step["from"], step["until"]))
    return _set(account_id, first, until)


def _set(account_id: int, first: datetime | None, until: datetime | None) -> Done:
    with Change([account_id]) as change:
        rows = Account.objects.filter(pk=account_id)
        before = rows.values_list("away_from", "away_until").get()
        rows.update(away_from=first, away_until=until)
        recount(account_id)
        words = [each.isoformat() if each else "" for each in before]
        inverse: Step = {"verb": "resume_vacation", "from": words[0], "until": words[1]}
        return Done(change.modseq(account_id), 0, (inverse,) if before[0] else ())


def kept(account_id: int) -> Vacation | None:
    """Read what was written last."""
    return Vacation.objects.filter(account_id=account_id).first()


def was_answered(account_id: int, message_id: int) -> bool:
    """Tell whether a message got the answer (constraint outbound_submission)."""
    return OutboundMessage.objects.filter(account_id=account_id, submission_key=f"{KEY}{message_id}").exists()


def note_answered(answered: Sequence[tuple[int, str]], now: datetime) -> None:
    """Remember (account, writer), in the change that files what is answered: one statement."""
    columns = ["account_id", "address", "answered_at"]
    rows = [(*pair, now) for pair in answered]
    sql.insert(VacationAnswer, columns, rows, unique=columns[:2], update=["answered_at"])
