"""The delivery trace: what became of a sent message, for each recipient, live."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mailserver.message.address import AddressError
from mailserver.message.tls_wish import TlsWish
from webmail.delivery import give_up, kick, queue, resend, scheduled, submit
from webmail.delivery import trace as tracing
from webmail.models import OutboundMessage, Role
from webmail.store import queries

from . import handling, snooze_times, trace_dialogue, trace_words
from .access import account_required, wants_json, wants_part
from .compose import compose_url
from .trace_lane import Station, stations
from .trace_words import Words, words

_FOLDED_FROM = 6


@dataclass(frozen=True, slots=True)
class Lane:
    """A recipient's line on the page."""

    id: int
    outbound_id: int
    address: str
    state: str
    words: Words
    stations: list[Station]
    attempts: int
    corrected_to: str
    report_id: int | None
    is_held: bool
    demands_tls: bool
    lacks_tls: bool

    @property
    def waits(self) -> bool:
        """Whether it can be hurried or stopped."""
        return self.state in {"waiting", "parked"}

    @property
    def can_correct(self) -> bool:
        """Whether it may be sent again, to this address or a better one."""
        return self.state == "failed" and not self.corrected_to


def lanes(account_id: int, message_id: int) -> list[Lane]:
    """Read the lines of a message; what is not delivered comes first when there are many."""
    found = [
        Lane(
            each.id,
            each.outbound_id,
            each.address,
            each.state,
            words(each),
            stations(each),
            len(each.attempts),
            each.corrected_to,
            each.came_back.message_id if each.came_back else None,
            each.state == "waiting" and each.next_attempt_at is None,
            each.tls_wish == TlsWish.REQUIRED,
            each.lacks_tls,
        )
        for each in tracing.trace(account_id, message_id)
    ]
    return sorted(found, key=lambda lane: lane.state == "delivered") if len(found) > _FOLDED_FROM else found


def summary(found: list[Lane]) -> list[tuple[str, int]]:
    """Count the states of many recipients."""
    return list(Counter(lane.words.state for lane in found).items())


def context(
    account_id: int, message: queries.ConversationMessage, notice: Sequence[str] = ()
) -> dict[str, object]:
    """All that the trace of a message shows; `notice` is what was just done, in sentences."""
    message_id, found = message.id, lanes(account_id, message.id)
    waiting = any(lane.waits for lane in found)
    return {
        "notice": notice,
        "several": len(found) > 1,
        "message_id": message_id,
        "lanes": found,
        "summary": summary(found) if len({lane.state for lane in found}) > 1 else [],
        "outbound_id": found[0].outbound_id if found else None,
        "can_retry": any(lane.waits and lane.attempts for lane in found),
        "can_undo": waiting and all(lane.state == "waiting" and not lane.attempts for lane in found),
        "can_cancel": waiting,
        "is_held": any(lane.is_held for lane in found),
        "scheduled": handling.context() if message.stands_in(Role.SCHEDULED) else None,
        "is_final": bool(found) and all(lane.state in {"delivered", "failed", "cancelled"} for lane in found),
    }


@require_safe
@account_required
def trace(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show the lines of a sent message: the part of the page that redraws itself."""
    shown = context(request.account.pk, _own(request, message_id))
    return render(request, "conversation/trace_lanes.html", shown)


@require_safe
@account_required
def dialogue(request: HttpRequest, message_id: int, recipient_id: int) -> HttpResponse:
    """Show every attempt for one recipient with what the servers said."""
    message = _own(request, message_id)
    found = [each for each in tracing.trace(request.account.pk, message_id) if each.id == recipient_id]
    if not found:
        raise Http404
    attempts = [trace_dialogue.attempt(number, made) for number, made in enumerate(found[0].attempts, 1)]
    shown = {"message": message, "recipient": found[0], "words": words(found[0]), "attempts": attempts[::-1]}
    template = "dialogue" if wants_part(request) else "dialogue_page"
    return render(request, f"conversation/{template}.html", shown)


@require_POST
@account_required
def retry(request: HttpRequest, outbound_id: int) -> HttpResponse:
    """Try at once what waits for its next try: all of it, or the copy of one recipient."""
    message, recipient_id = _outbound(request, outbound_id), _one(request)
    for each in queue.with_corrections(message):
        kick.kick(queue.retry_now(request.account.pk, each.pk, recipient_id))
    return _back(request, message)


@require_POST
@account_required
def cancel(request: HttpRequest, outbound_id: int) -> HttpResponse:
    """Stop what has not left yet, and say who has it: all of it, or the copy of one recipient."""
    message, recipient_id = _outbound(request, outbound_id), _one(request)
    told = [
        each
        for one in queue.with_corrections(message)
        for each in queue.cancel(request.account.pk, one.pk, recipient_id)
    ]
    stopped = [address for address, in_time in told if in_time]
    return _back(request, message, [*trace_words.stopped(stopped), *_left(request, message)])


_STEER: Final[Mapping[str, Callable[[int | None, int], object]]] = {
    "hold": queue.hold,
    "bounce": give_up.bounce,
    "release": lambda account_id, key: kick.kick(queue.release(account_id, key)),
    "expire": lambda account_id, key: kick.kick(give_up.expire(account_id, key)),
}


@require_POST
@account_required
def steer(request: HttpRequest, outbound_id: int, verb: str) -> HttpResponse:
    """Hold what waits, let it go, or give it up: at once or after one last try, both with a report."""
    message = _outbound(request, outbound_id)
    if verb not in _STEER:
        raise Http404
    for each in queue.with_corrections(message):
        _STEER[verb](request.account.pk, each.pk)
    return _back(request, message, _left(request, message) if verb == "bounce" else ())


@require_POST
@account_required
def again(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """Send a message again to a recipient whom it did not reach, at the address that is given."""
    try:
        message = queue.of_recipient(request.account.pk, recipient_id)
    except OutboundMessage.DoesNotExist as error:
        raise Http404 from error
    notice = []
    try:
        address, demands = request.POST.get("address", ""), "any_way" not in request.POST
        resend.resend(request.account.pk, recipient_id, address, demands_tls=demands)
    except AddressError:
        notice = [_("This is not an e-mail address.")]
    except resend.NotFailedError:
        notice = [_("It is already on its way.")]
    return _back(request, message, notice)


@require_POST
@account_required
def undo(request: HttpRequest, outbound_id: int) -> HttpResponse:
    """Take a message back that is still held; 409 when it has gone."""
    message = _outbound(request, outbound_id)
    take_back = scheduled.give_back if scheduled.is_scheduled(message) else submit.undo
    draft = take_back(request.account.pk, outbound_id)
    if draft is None:
        return _too_late(request, message)
    if not wants_json(request):
        return HttpResponseRedirect(compose_url(draft))
    return JsonResponse({"compose_url": compose_url(draft)})


@require_POST
@account_required
def send_at(request: HttpRequest, outbound_id: int) -> HttpResponse:
    """Let a scheduled message go at another time, or now when none is named."""
    message = _outbound(request, outbound_id)
    try:
        at = handling.time_of(request.POST.get("send_at", ""), request)
    except snooze_times.UnfitTimeError:
        messages.error(request, _("Choose a time to come."))
        return _back(request, message)
    renewed = scheduled.change_time(request.account.pk, outbound_id, at)
    if renewed is None:
        return _too_late(request, message)
    messages.success(request, handling.said(at) if at else _("Sent"))
    return HttpResponseRedirect(reverse("message", args=[renewed]))


def _too_late(request: HttpRequest, message: OutboundMessage) -> HttpResponse:
    text = " ".join([_("Too late: it is already on its way."), *_left(request, message)])
    if wants_json(request):
        return JsonResponse({"error": text}, status=409)
    messages.error(request, text)
    return _back(request, message)


def _own(request: HttpRequest, message_id: int) -> queries.ConversationMessage:
    try:
        return queries.message(request.account.pk, message_id)
    except queries.MessageNotFoundError as error:
        raise Http404 from error


def _outbound(request: HttpRequest, outbound_id: int) -> OutboundMessage:
    try:
        return queue.owned(request.account.pk, outbound_id)
    except OutboundMessage.DoesNotExist as error:
        raise Http404 from error


def _one(request: HttpRequest) -> int | None:
    """Read which recipient is meant, None for all."""
    text = request.POST.get("recipient", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _left(request: HttpRequest, message: OutboundMessage) -> list[str]:
    """Say who has a message already, and who is getting it right now."""
    if message.sent_message_id is None:
        return []
    return trace_words.left(tracing.trace(request.account.pk, message.sent_message_id))


def _back(request: HttpRequest, message: OutboundMessage, notice: Sequence[str] = ()) -> HttpResponse:
    """Redraw the lines, or lead to the message; say in either case what was done."""
    if request.htmx and message.sent_message_id:
        shown = context(request.account.pk, _own(request, message.sent_message_id), notice)
        return render(request, "conversation/trace_lanes.html", shown)
    for sentence in notice:
        messages.info(request, sentence)
    target = (
        reverse("message", args=[message.sent_message_id]) if message.sent_message_id else reverse("home")
    )
    return HttpResponseRedirect(target)
