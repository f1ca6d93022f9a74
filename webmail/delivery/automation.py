"""What accounts do with mail by themselves: rules, handing on, answers; planned, then done in one commit."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from mailserver.message.address import of_spec
from webmail.models import Role
from webmail.store import blobs, forwarding, index_terms, queries, vacations
from webmail.store import rules as keeping
from webmail.store.add import AddedMessage
from webmail.store.queries import Automation, Away, VacationFacts
from webmail.store.search_match import Matcher

from . import rules, signing, vacation
from .arrival import LocalDelivery
from .filing import Filing
from .onward import Onward, enqueue
from .rules import Outcome

log = logging.getLogger(__name__)

_KEPT_OUT = frozenset({Role.JUNK, Role.TRASH, Role.SCREENER})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is written and signed, to be sent with the filing of what it answers."""

    sender: str
    packed: blobs.PackedBlob
    signature: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done with one copy; `seal` says to those it is handed on to what was found of its sender."""

    outcome: Outcome
    answer: Answer | None = None
    seal: bytes = b""

    @property
    def does_more(self) -> bool:
        """Tell whether something is written beyond the copy itself."""
        return bool(self.outcome.hits or self.outcome.forwards or self.answer)


def plan(copies: Sequence[LocalDelivery], filings: Sequence[Filing]) -> list[Plan]:
    """Decide for all copies: one statement for those whose account automates, one more when some are away."""
    accounts = {copy.account_id for copy in copies if copy.automates}
    now = timezone.now()
    wanted = queries.automation(accounts, now) if accounts else {}
    outcomes = [
        _outcome(copy, filing, wanted[copy.account_id]) if copy.account_id in wanted else Outcome(filing)
        for copy, filing in zip(copies, filings, strict=True)
    ]
    answers = _answers(copies, outcomes, wanted, now)
    seals = {
        number: signing.seal(copy.content.raw, copy.recipient, copy.checks, now)
        for number, copy in enumerate(copies)
        if outcomes[number].forwards and copy.checks
    }
    return [
        Plan(outcome, answers.get(number), seals.get(number, b"")) for number, outcome in enumerate(outcomes)
    ]


def _outcome(copy: LocalDelivery, filing: Filing, wanted: Automation) -> Outcome:
    found = copy.content
    own_terms = frozenset(index_terms.of_copy(0, copy.received_at, copy.prefix))
    matcher = Matcher(found.digest, found.packed.terms, own_terms, len(copy.prefix) + len(found.raw))
    outcome = rules.decide(wanted.rules, lambda query: _fits(matcher, query), filing)
    if wanted.forward and not _KEPT_OUT.intersection(outcome.filing.roles):
        forwards = tuple(dict.fromkeys((*outcome.forwards, wanted.forward.address)))
        kept = outcome.filing if wanted.forward.keeps_copy else Filing((Role.TRASH.value,))
        outcome = replace(outcome, forwards=forwards, filing=kept)
    if outcome.forwards and copy.content.was_for(copy.recipient, copy.trace):
        # Handed on before, it would go round for ever. Here it stays, whatever was to become of the copy.
        stays = filing if Role.TRASH in outcome.filing.roles else outcome.filing
        outcome = replace(outcome, forwards=(), filing=stays)
    return outcome


def _fits(matcher: Matcher, query: str) -> bool:
    try:
        return matcher.fits(query)
    except Exception as error:  # noqa: BLE001 (whatever it is, no mail is lost for a rule)
        log.error("A rule could not be tried on a message: %r", error)  # noqa: TRY400 — it comes with each
        return False


def _answers(
    copies: Sequence[LocalDelivery],
    outcomes: Sequence[Outcome],
    wanted: Mapping[int, Automation],
    now: datetime,
) -> dict[int, Answer]:
    """Write the answers by the numbers of the copies; nobody gets two of them at once."""
    asked: dict[tuple[int, str], tuple[int, Away]] = {}
    for number, (copy, outcome) in enumerate(zip(copies, outcomes, strict=True)):
        away = wanted[copy.account_id].away if copy.account_id in wanted else None
        if away and not _KEPT_OUT.intersection(outcome.filing.roles) and (sender := vacation.writer(copy)):
            asked.setdefault((copy.account_id, sender), (number, away))
    facts = queries.vacation_facts(list(asked), now - vacation.ONCE_IN) if asked else {}
    return {
        number: _answer(sender, copies[number], away, facts[account_id], now)
        for (account_id, sender), (number, away) in asked.items()
        if vacation.is_answered(sender, copies[number], away, facts[account_id])
    }


def _answer(sender: str, copy: LocalDelivery, away: Away, facts: VacationFacts, now: datetime) -> Answer:
    raw = vacation.answer(copy, away, facts, of_spec(copy.recipient), now)
    return Answer(sender, blobs.pack(raw), signing.signature(raw, copy.recipient, now))


def carry_out(copies: Sequence[LocalDelivery], plans: Sequence[Plan], added: Sequence[AddedMessage]) -> None:
    """Count hits and owe what is handed on or answered, in the transaction that files the copies."""
    done = [each for each in zip(copies, plans, added, strict=True) if each[1].does_more]
    now = timezone.now()
    keeping.note_hits(
        [(new.message_id, rule.id, rule.name) for _, plan, new in done for rule in plan.outcome.hits], now
    )
    answers = [(copy, plan.answer, new) for copy, plan, new in done if plan.answer]
    vacations.note_answered([(copy.account_id, answer.sender) for copy, answer, _ in answers], now)
    enqueue([*_handed_on(done), *_answered(answers)], now)


def _handed_on(done: Sequence[tuple[LocalDelivery, Plan, AddedMessage]]) -> Iterator[Onward]:
    """Hand a message on as it came: from who handed it on, for the reports; of a report, from nobody."""
    some = [each for each in done if each[1].outcome.forwards]
    blob_ids = queries.blob_ids([new.message_id for _, _, new in some]) if some else {}
    for copy, plan, new in some:
        for number, address in enumerate(plan.outcome.forwards):
            yield Onward(
                account_id=copy.account_id,
                key=f"{forwarding.KEY}{new.message_id}-{number}",
                blob_id=blob_ids[new.message_id],
                address=address,
                mail_from=copy.recipient if copy.return_path else "",
                tls_wish=copy.tls_wish,
                prefix=plan.seal + f"Delivered-To: {copy.recipient}\r\n".encode() + copy.trace,
            )


def _answered(answers: Sequence[tuple[LocalDelivery, Answer, AddedMessage]]) -> Iterator[Onward]:
    saved = blobs.save_many([answer.packed for _, answer, _ in answers]) if answers else []
    for (copy, answer, new), blob in zip(answers, saved, strict=True):
        yield Onward(
            account_id=copy.account_id,
            key=f"{vacations.KEY}{new.message_id}",
            blob_id=blob.pk,
            address=copy.return_path,
            prefix=answer.signature,
            tls_wish=copy.tls_wish,
        )
