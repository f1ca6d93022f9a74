"""Destinations that can't be reached: one probe for all of their mail, at longer and longer intervals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from mailserver.smtp.reply import Reply
from webmail.models import Destination

_MOST_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Why nobody could be reached at a destination, and until when nobody need try."""

    retry_at: datetime
    reply: Reply

    @property
    def is_silent(self) -> bool:
        """Whether nobody answered at all."""
        return is_silence(self.reply)


def is_silence(reply: Reply) -> bool:
    """Say whether nobody answered: RFC 3463 §3.5, X.4.z is the way there, and not its end."""
    return reply.code == 0 and reply.enhanced.startswith("4.4.")


def standing(domain: str) -> Standing | None:
    """Read how a destination stands; None where nothing is known against it. One statement, by its key."""
    row = Destination.objects.filter(pk=domain).first()
    return Standing(row.retry_at, Reply(row.code, row.enhanced_code, row.text)) if row else None


def note_failure(domain: str, reply: Reply, now: datetime, *, rests: bool = True) -> None:
    """Remember that no host would talk: others who have mail for it wait for half of a message's own pause.

    So a message's next try always dials, and what comes between costs no connection. What `rests` not may
    be dialled at any time.
    """
    rows = Destination.objects.filter(pk=domain)
    failures = (rows.values_list("failures", flat=True).first() or 0) + 1
    known = {
        "failures": failures,
        "failed_at": now,
        "retry_at": now + timedelta(seconds=_pause(failures) if rests else 0),
        "code": reply.code,
        "enhanced_code": reply.enhanced,
        "text": reply.text,
    }
    Destination.objects.update_or_create(domain=domain, defaults=known)


def note_reached(*domains: str) -> None:
    """Forget what was against destinations."""
    Destination.objects.filter(pk__in=domains).delete()


def try_again(domains: Collection[str]) -> None:
    """Let destinations be dialled at once: somebody asked for it."""
    Destination.objects.filter(pk__in=domains).update(retry_at=F("failed_at"))


def _pause(failures: int) -> float:
    pauses = settings.RETRY_SCHEDULE
    return min(pauses[min(failures, len(pauses)) - 1] / 2, _MOST_SECONDS)
