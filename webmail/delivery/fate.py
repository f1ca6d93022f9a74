"""What became of claimed recipients, written into their rows: delivered, again later, failed, or parked."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from random import random

from webmail.models import DeliveryAttempt, OutboundRecipient, RecipientState
from webmail.store import sql

from . import claims, schedule
from .owed import Owed, Result

logger = logging.getLogger(__name__)

MAX_FAULTS = 5
"""Tries in a row that may end in an error of ours; then the message is parked: trying on helps nobody."""


def record(results: Sequence[Result], now: datetime, modseqs: Mapping[int, int]) -> list[Result]:
    """Write what became of claimed recipients; returns the results that were accepted.

    Call it within `queue.changing` of the messages' accounts, with the `modseqs` that it gives. The attempts'
    own rows are written in any case. The number of statements doesn't depend on the number of results.
    """
    _finish_attempts(results, now)
    ours = OutboundRecipient.objects.filter(
        pk__in=[result.owed.recipient_id for result in results],
        state=RecipientState.SENDING,
    )
    tokens = dict(ours.select_for_update().order_by("pk").values_list("pk", "lease_token"))
    accepted = [result for result in results if tokens.get(result.owed.recipient_id) == result.owed.token]
    if len(accepted) < len(results):
        logger.warning("a lease ran out before its result: %d refused", len(results) - len(accepted))
    columns = ["id", "state", "next_attempt_at", "leased_until", "finished_at", "fault_count", "modseq"]
    sql.update(OutboundRecipient, columns, [_row(result, now, modseqs) for result in accepted])
    return accepted


def has_failed(result: Result, now: datetime) -> bool:
    """Say whether this result is the end: refused for good, or out of time."""
    return result.reply.permanent or (
        result.reply.temporary and schedule.Schedule.gives_up(now, result.owed.parcel.expires_at)
    )


def is_last_fault(fault_count: int) -> bool:
    """Say whether one fault more than these parks a recipient's copy."""
    return fault_count + 1 >= MAX_FAULTS


def park(owed: Sequence[Owed]) -> None:
    """Set aside what can't even be recorded as it went; an administrator's retry brings it back."""
    claims.held(owed).update(
        state=RecipientState.PARKED, next_attempt_at=None, leased_until=None, fault_count=MAX_FAULTS
    )


def complete_transcripts(results: Iterable[Result]) -> None:
    """Write the transcripts again, now with the farewell."""
    rows = [(result.owed.attempt_id, json.dumps(list(result.transcript))) for result in results]
    sql.update(DeliveryAttempt, ["id", "transcript"], rows)


def _row(result: Result, now: datetime, modseqs: Mapping[int, int]) -> sql.Row:
    state, next_attempt_at = _fate(result, now)
    finished_at = None if state in (RecipientState.WAITING, RecipientState.PARKED) else now
    faults = result.owed.fault_count + 1 if result.fault else 0
    modseq = modseqs.get(result.owed.parcel.account_id or 0, 0)
    return (result.owed.recipient_id, state, next_attempt_at, None, finished_at, faults, modseq)


def _fate(result: Result, now: datetime) -> tuple[str, datetime | None]:
    """Decide the state that a result leads to, and when it goes on."""
    if result.reply.positive:
        return RecipientState.DELIVERED.value, None
    if has_failed(result, now):
        return RecipientState.FAILED.value, None
    if result.fault and is_last_fault(result.owed.fault_count):
        return RecipientState.PARKED.value, None
    parcel = result.owed.parcel
    then = schedule.configured().next_attempt(
        now,
        parcel.created_at,
        parcel.expires_at,
        result.owed.attempt_count,
        random(),  # noqa: S311
    )
    return RecipientState.WAITING.value, then


def _finish_attempts(results: Collection[Result], now: datetime) -> None:
    columns = ["id", "finished_at", "host", "ip", "tls", "code", "enhanced_code", "text", "transcript"]
    rows = [
        (
            result.owed.attempt_id,
            now,
            result.host,
            result.ip,
            result.tls[:100],
            result.reply.code,
            result.reply.enhanced,
            result.reply.text,
            json.dumps(list(result.transcript)),
        )
        for result in results
    ]
    sql.update(DeliveryAttempt, columns, rows)
