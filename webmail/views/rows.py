"""Lines of the list.

A page has fifty, so their template is rendered once a language, with marks where values go; each line then
costs one replacement of marks by text that was escaped here.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

# Not Django's, which looks for lazy strings in each call.
from html import escape
from itertools import product
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from webmail.store.queries import MailboxRow, Row, Sender
from webmail.templatetags.postillion import constant, icon

from . import dates, places, search_marks, snoozing
from .people import isolated
from .places import Place
from .search_marks import Marks

_MOST_NAMES = 3
_FIELDS = (
    *("state", "id", "order", "modseq", "subject_text", "star", "starred", "pin", "url", "words", "people"),
    *("labels", "note", "chips", "subject", "preview", "clip", "iso", "date"),
)


class Line(NamedTuple):
    """One conversation or message, drawn."""

    id: int
    html: SafeString


class Lines(list[Line]):
    """The lines of a page, which a template places at once."""

    @property
    def html(self) -> SafeString:
        """All of them."""
        return mark_safe("\n".join([line.html for line in self]))  # noqa: S308 (each is safe)


def lines(
    rows: Sequence[Row],
    place: Place,
    own_address: str,
    mailboxes: Sequence[MailboxRow],
    *,
    tail: str = "",
    marks: Marks = search_marks.NONE,
) -> Lines:
    """Draw rows as they stand in a place, with the labels among the account's mailboxes.

    `tail` ends their addresses, `marks` shows hits.
    """
    pen = _Pen(place, own_address, mailboxes, tail, marks)
    return Lines(Line(row.id, pen.draw(row)) for row in rows)


@cache
def _template(_language: str) -> str:
    """Render the template of a line with a mark for each value."""
    marks = {name: mark_safe(f"%({name})s") for name in _FIELDS}  # noqa: S308 (constants)
    return render_to_string("list/row.html", marks).strip()


# Of days and times of a day, which come again in each list.
_escaped = lru_cache(maxsize=4096)(escape)


class _Words(NamedTuple):
    """What lines say in the reader's language, escaped."""

    me: str
    no_subject: str
    unknown: str
    nobody: str
    draft: str
    to: str
    clip: str
    deleted: str
    states: Mapping[tuple[bool, bool], str]


@cache
def _words(_language: str) -> _Words:
    return _Words(
        me=escape(_("me")),
        no_subject=escape(_("(no subject)")),
        unknown=escape(_("(unknown sender)")),
        nobody=escape(_("(no recipients)")),
        draft=format_html('<span class="row-draft">{}</span>', _("Draft")),
        to=escape(_("To:")),
        clip=format_html(
            '<span class="row-clip" title="{}">{}</span>', _("Has attachments"), icon("paperclip", "icon-s")
        ),
        deleted=format_html(
            '<span class="row-note">{}{}</span>', icon("trash", "icon-s"), _("Marked as deleted")
        ),
        states={state: _state(*state) for state in product((False, True), repeat=2)},
    )


class _Pen:
    """Draws lines, with all that lines of a page share said once."""

    def __init__(
        self, place: Place, own_address: str, mailboxes: Sequence[MailboxRow], tail: str, marks: Marks
    ) -> None:
        self.place, self.own, self.marks = place, own_address, marks
        self.marked = marks is not search_marks.NONE
        self.template, self.words = _template(get_language()), _words(get_language())
        self.tail = f"/?in={place.slug}{escape(tail)}"
        self.all_labels = {row.id for row in mailboxes if not row.role}
        self.chipped = {row.id: row for row in mailboxes if row.id != place.mailbox_id and _has_chip(row)}
        self.chips: dict[int, str] = {}
        self.short = dates.Short()

    def draw(self, row: Row) -> SafeString:
        """Say everything of one line; each value is escaped, or a number."""
        moment = row.latest_received_at
        subject = escape(row.subject) or self.words.no_subject
        values = {
            "id": row.id,
            "modseq": row.modseq,
            "order": self._order(row),
            "state": f"{' is-unread' * row.unseen}{' is-starred' * row.flagged}{' is-pinned' * row.pinned}"
            f"{' is-deleted' * row.deleted}",
            "url": f"/{'conversations' if row.message_id is None else 'messages'}/{row.id}{self.tail}",
            "star": "unstar" if row.flagged else "star",
            "starred": "true" if row.flagged else "false",
            "pin": constant("list/row_pin.html", id=row.thread_id) if row.pinned else "",
            "words": self.words.states[bool(row.unseen), bool(row.flagged)],
            "people": self._people(row),
            "note": self._note(row),
            "labels": " ".join([str(key) for key in row.mailbox_ids if key in self.all_labels]),
            "chips": self._chips(row) if self.chipped else "",
            "subject_text": subject,
            "subject": self.marks.subject(row.subject) if row.subject and self.marked else subject,
            "preview": self.marks.preview(row.preview),
            "clip": self.words.clip if row.has_attachment else "",
            "date": self._date(row),
            "iso": moment.isoformat(timespec="minutes"),
        }
        return mark_safe(self.template % values)  # noqa: S308 (see above)

    def _order(self, row: Row) -> str:
        """Write its place in the list, the greatest first: scripts put rows where it says."""
        at = int(row.latest_received_at.timestamp() * 1_000_000)
        if self.place.soonest_first and row.message_id is None:
            return f"0.{-at}.{-row.id}"
        return f"{int(row.pinned)}.{at}.{row.id}"

    def _date(self, row: Row) -> str:
        if self.place.soonest_first:
            return escape(dates.coming(row.snoozed_until or row.latest_received_at))
        return _escaped(self.short(row.latest_received_at))

    def _note(self, row: Row) -> str:
        """Say that it is marked; what it came back from, until it is read; or what it waits for."""
        if row.deleted:
            return self.words.deleted
        if row.snoozed_until is None or (self.place.soonest_first and not row.unanswered):
            return ""
        if self.place.soonest_first:
            text = _("If nobody answers")
        else:
            text = _("Nobody has answered") if row.unanswered else snoozing.until(row.snoozed_until)
        return format_html('<span class="row-note">{}{}</span>', icon("clock", "icon-s"), text)

    def _people(self, row: Row) -> str:
        if self.place.shows_recipients:
            html = self._recipients(row)
        else:
            html = self._senders(row.senders) if row.senders or not row.draft_count else ""
            if row.draft_count:
                html = f"{html}, {self.words.draft}" if html else self.words.draft
        if row.message_count > 1:
            html += f' <span class="row-count">{row.message_count}</span>'
        return html

    def _recipients(self, row: Row) -> str:
        names = self.marks.people(row.to_text) or self.words.nobody
        return f"{self.words.draft if self.place.slug == 'drafts' else self.words.to} {names}"

    def _senders(self, senders: Sequence[Sender]) -> str:
        """Write the first and the last ones, in bold who has something unread; one alone by full name."""
        if not senders:
            return self.words.unknown
        if len(senders) == 1:
            return self._name(senders[0], whole=True)
        if len(senders) <= _MOST_NAMES:
            return ", ".join([self._name(sender) for sender in senders])
        return f"{self._name(senders[0])} … {self._name(senders[-2])}, {self._name(senders[-1])}"

    def _name(self, sender: Sender, *, whole: bool = False) -> str:
        name = (
            self.words.me
            if sender.address == self.own
            else self.marks.people(isolated(_called(sender, whole=whole)))
        )
        return f"<b>{name}</b>" if sender.unseen else name

    def _chips(self, row: Row) -> str:
        """Draw its labels, in the order of the sidebar."""
        here = self.chipped.keys() & row.mailbox_ids
        return (
            "".join([self._chip(label) for key, label in self.chipped.items() if key in here]) if here else ""
        )

    def _chip(self, label: MailboxRow) -> str:
        if label.id not in self.chips:
            self.chips[label.id] = _chip(label)
        return self.chips[label.id]


def _has_chip(row: MailboxRow) -> bool:
    return not row.role or row.role == places.SNOOZED


def _chip(label: MailboxRow) -> str:
    if label.role:
        clock, name = icon("clock", "icon-s"), escape(places.name_of(label))
        return f'<span class="chip chip-snoozed">{clock}{name}</span>'
    color, path = escape(label.color or "grey"), escape(label.path)
    return f'<span class="chip color-{color}">{path}</span>'


def _state(unread: bool, starred: bool) -> SafeString:
    """Say the state of a line; static/js/lib/rows.js says it again when it changes."""
    states = [name for name, on in ((_("Unread"), unread), (_("Starred"), starred)) if on]
    words = "".join([f"{state}. " for state in states])
    return format_html('<span class="visually-hidden row-state">{}</span>', words) if words else SafeString()


def _called(sender: Sender, *, whole: bool) -> str:
    """Call somebody by the first name when several stand together; addresses by what is before the @."""
    name = sender.name or sender.address or "?"
    if whole:
        return name
    first = name.partition("@")[0].split()
    return first[0].rstrip(",") if first else "?"
