"""The dialogue of two mail servers with a word of explanation beside each command."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from webmail.delivery.trace import AttemptTrace

from . import dates
from .trace_lane import clock

# By the command that is sent; an answer is explained by what was asked before.
_COMMANDS: dict[str, Promise] = {
    "EHLO": _("We say who we are and ask what the other server can do."),
    "HELO": _("We say who we are, in the old way."),
    "STARTTLS": _("We ask to encrypt the connection."),
    "AUTH": _("We sign in."),
    "MAIL": _("We name the sender."),
    "RCPT": _("We name the recipient; the server says whether it takes mail for them."),
    "DATA": _("We ask to hand over the message itself."),
    "BDAT": _("We hand over the message itself."),
    "RSET": _("We begin anew."),
    "QUIT": _("We say goodbye."),
}


@dataclass(frozen=True, slots=True)
class DialogueLine:
    """A line as shown: who said it ("S", "C" or "*"), when, what, and what it means."""

    side: str
    at: str
    text: str
    note: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class DialogueAttempt:
    """An attempt as shown; `took` in seconds, "" while it runs."""

    number: int
    day: str
    time: str
    took: str
    host: str
    ip: str
    tls: str
    code: str
    text: str
    look: str
    lines: list[DialogueLine]


def attempt(number: int, made: AttemptTrace) -> DialogueAttempt:
    """Describe one attempt."""
    took = f"{(made.finished_at - made.started_at).total_seconds():.1f}" if made.finished_at else ""
    code = " ".join(part for part in (str(made.code or ""), made.enhanced_code) if part)
    look = {2: "good", 4: "warn", 5: "bad"}.get(made.code // 100, "info" if not made.finished_at else "warn")
    return DialogueAttempt(
        number, dates.short(made.started_at), clock(made.started_at), took, made.host, made.ip, made.tls,
        code, made.text, look, list(_lines(made)),
    )  # fmt: skip


def _lines(made: AttemptTrace) -> Iterator[DialogueLine]:
    for at, side, text in made.transcript:
        note = ""
        if side == "C":
            note = str(_COMMANDS.get(text[:8].split(" ")[0].upper(), ""))
        elif side == "S" and text.startswith("220") and at < 60 and not _said(made, at):
            note = str(_("The server greets us."))
        yield DialogueLine(side, f"{at:.3f}", text, note, side == "S" and text[:1] in "45")


def _said(made: AttemptTrace, before: float) -> bool:
    """Tell whether we have said anything before this moment."""
    return any(side == "C" and at <= before for at, side, _text in made.transcript)
