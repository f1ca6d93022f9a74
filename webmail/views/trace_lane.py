"""The way of a message to one recipient, as stations of a line: computed from the attempts, purely."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from webmail.delivery.trace import AttemptTrace, RecipientTrace

NO_ANSWER = ("4.4.1", "4.4.2")
"""RFC 3463 §3.5: a host was found, and could not be reached, or said nothing."""
_TLS = re.compile(r"TLS ?v?(\d(?:\.\d)?)")


class StationState(StrEnum):
    """How a station looks: reached, here now, stuck and tried again, failed for good, open or not yet."""

    DONE = "done"
    NOW = "now"
    WAIT = "wait"
    FAIL = "fail"
    OPEN = "open"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class Station:
    """A station of the line: `note` is what was found out there."""

    name: str
    icon: str
    state: StationState
    note: str = ""


QUEUED, FOUND, CONNECTED, SECURED, ACCEPTED = range(5)


def reached(attempt: AttemptTrace) -> int:
    """Tell the last station that an attempt came to."""
    if 200 <= attempt.code < 300:
        return ACCEPTED
    if attempt.tls:
        return SECURED
    if attempt.ip:
        # What was said after the greeting without TLS passed that station, too: unencrypted.
        talked = any(side == "C" and line[:4].upper() == "MAIL" for _at, side, line in attempt.transcript)
        return SECURED if talked else CONNECTED
    return FOUND if attempt.host or attempt.enhanced_code in NO_ANSWER else QUEUED


def stations(recipient: RecipientTrace) -> list[Station]:
    """Draw the line for a recipient; mail that stays on this server has a shorter one."""
    last = recipient.attempts[-1] if recipient.attempts else None
    names = _names(recipient, last)
    if last is not None and recipient.state == "delivered" and not last.host:
        return [Station(*names[QUEUED][:2], StationState.DONE, names[QUEUED][2]), _local(recipient)]
    if recipient.state == "parked":
        name, icon, note = names[QUEUED]
        return [
            Station(name, icon, StationState.DONE, note),
            Station(_("Set aside"), "warning", StationState.FAIL),
        ]
    if told := recipient.came_back:
        done = [Station(name, icon, StationState.DONE, note) for name, icon, note in names]
        done[SECURED] = replace(done[SECURED], state=_state(SECURED, ACCEPTED, recipient.state, last))
        return [*done, Station(_("Came back"), "undo", StationState.FAIL, told.status)]
    at = _position(recipient, last)
    return [
        _station(index, names[index], _state(index, at, recipient.state, last), last)
        for index in range(len(names))
    ]


def _station(
    index: int, called: tuple[str, str, str], state: StationState, last: AttemptTrace | None
) -> Station:
    """Call a station that was not reached by what happened there instead; the reply's code beside it."""
    name, icon, note = called
    if state not in {StationState.FAIL, StationState.WAIT} or last is None:
        return Station(name, icon, state, note if state in {StationState.DONE, StationState.OPEN} else "")
    instead = {FOUND: _("No host found"), CONNECTED: _("Not reached"), SECURED: _("Broke off")}
    refused = _("Refused") if state == StationState.FAIL else _("Not yet")
    code = " ".join(part for part in (str(last.code or ""), last.enhanced_code) if part)
    return Station(instead.get(index, refused), icon, state, code)


def _position(recipient: RecipientTrace, last: AttemptTrace | None) -> int:
    """The last station that is behind the message."""
    if recipient.state == "delivered":
        return ACCEPTED
    if last is None or recipient.state == "sending":
        return QUEUED
    return min(reached(last), SECURED)


def _state(index: int, at: int, state: str, last: AttemptTrace | None) -> StationState:
    if index <= at:
        return (
            StationState.OPEN if index == SECURED and last is not None and not last.tls else StationState.DONE
        )
    if index > at + 1:
        return StationState.TODO
    return {
        "sending": StationState.NOW,
        "failed": StationState.FAIL,
        "waiting": StationState.WAIT if last is not None else StationState.TODO,
    }.get(state, StationState.TODO)


def _names(recipient: RecipientTrace, last: AttemptTrace | None) -> list[tuple[str, str, str]]:
    host, ip, tls = (last.host, last.ip, last.tls) if last is not None else ("", "", "")
    is_open = last is not None and not tls and reached(last) >= SECURED
    return [
        (_("Queued"), "clock", clock(recipient.created_at)),
        (_("Found host"), "server", host),
        (_("Connected"), "link", ip),
        (_("Not encrypted") if is_open else _("Encrypted"), "lock", _version(tls)),
        (_("Accepted"), "check", clock(recipient.finished_at) if recipient.finished_at else ""),
    ]


def _version(tls: str) -> str:
    """Shorten "TLSv1.3 TLS_AES_256_GCM_SHA384" to what people ask for."""
    found = _TLS.search(tls)
    return f"TLS {found[1]}" if found else ""


def _local(recipient: RecipientTrace) -> Station:
    note = clock(recipient.finished_at) if recipient.finished_at else ""
    return Station(_("In the mailbox"), "inbox", StationState.DONE, note)


def clock(moment: datetime) -> str:
    """Write the time of day with its seconds."""
    return f"{timezone.localtime(moment):%H:%M:%S}"
