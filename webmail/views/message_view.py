"""A message as the conversation page shows it: computed here, so that the template stays light."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from mailserver.message import content, html, protection, script
from webmail.store.queries import ConversationMessage

from . import dates, files, people, protection_words, texts
from .located import Letter, letter_of

_LONGEST_TEXT = 200_000
_MOST_EVENTS = 3


@dataclass(slots=True)
class MessageView:
    """One message: its head, and its content when it is open."""

    id: int
    author: people.Correspondent
    to_line: str
    details: list[tuple[str, list[people.Correspondent]]]
    time: str
    time_full: str
    moment: datetime
    preview: str
    unread: bool
    flagged: bool
    is_draft: bool
    is_sent: bool
    has_attachment: bool
    is_report: bool = False
    is_open: bool = False
    content: "Content | None" = None
    trace: dict[str, object] | None = None


@dataclass(slots=True)
class Content:
    """The body of an open message and its files. `body` is "text" or "html"; `address` leads to the letter.

    `events` are the addresses of its calendar entries.
    """

    message_id: int
    address: str
    body: str = "text"
    text: SafeString | str = ""
    language: str = ""
    cut: bool = False
    cards: list[files.FileCard] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    protection: protection_words.Notice | None = None

    @property
    def pictures(self) -> list[files.FileCard]:
        """The files that have a thumbnail."""
        return [card for card in self.cards if card.is_picture]

    @property
    def others(self) -> list[files.FileCard]:
        """The rest."""
        return [card for card in self.cards if not card.is_picture]


def head(message: ConversationMessage, own: Collection[str]) -> MessageView:
    """Describe a message without looking at its body."""
    envelope = message.envelope
    moment = message.sent_at or message.received_at
    recipients = people.correspondents((*envelope.to, *envelope.cc), own)
    author = people.Correspondent(
        message.from_name, message.from_address, message.from_address.lower() in own
    )
    return MessageView(
        id=message.id,
        author=author,
        to_line=people.to_line(recipients),
        details=details(envelope, own),
        time=dates.short(moment),
        time_full=dates.full(moment),
        moment=moment,
        preview=message.preview,
        unread=not message.seen,
        flagged=message.flagged,
        is_draft=message.draft,
        is_sent=message.stands_in("sent"),
        has_attachment=message.has_attachment,
        is_report=is_report(message),
    )


def is_report(message: ConversationMessage) -> bool:
    """Tell a delivery report (RFC 6522) from a letter, by the stored structure's first words."""
    return "multipart/report" in message.structure[:200]


def opened(account_id: int, message: ConversationMessage, own: Collection[str]) -> MessageView:
    """Describe a message with its body: plain text as HTML of ours, foreign HTML only by its frame."""
    view = head(message, own)
    view.is_open = True
    view.content = content_of(account_id, letter_of(message))
    if view.is_report:
        # What a report encloses is for machines, and for who asks to see the original.
        view.content.cards = []
    return view


def content_of(account_id: int, letter: Letter) -> Content:
    """The body of a letter, and the cards of its files."""
    raw, parts = letter.raw, dict(letter.root.walk())
    shown = content.display_parts(raw, letter.root)
    result = Content(letter.message.id, letter.before.rstrip("-"))
    result.cards = files.cards(letter, shown, parts)
    result.events = _events(result.cards)
    found = protection.of_tree(letter.root)
    if shown.html is not None or shown.more:
        result.body = "html"
    elif shown.text is not None:
        text = texts.text(account_id, letter.message, raw, parts[shown.text])
        result.cut = len(text) > _LONGEST_TEXT
        result.language = script.language(text)
        result.text = mark_safe(html.text_to_html(text[:_LONGEST_TEXT]))  # noqa: S308 (escaped token by token)
        found = found or protection.of_text(text)
    if found:
        result.protection = protection_words.notice(found, letter, parts)
        result.cards = [card for card in result.cards if not card.is_control]
    return result


def _events(cards: list[files.FileCard]) -> list[str]:
    """The calendar files to show; an invitation mostly brings the same one as a text and as a file."""
    found = [card for card in cards if card.is_event]
    texts = [card for card in found if not card.is_event_file]
    return [card.address for card in (texts or found)][:_MOST_EVENTS]


def details(envelope: object, own: Collection[str]) -> list[tuple[str, list[people.Correspondent]]]:
    """Every address line with somebody in it; Reply-To only where it differs from From."""
    lines = []
    for name, label in people.LABELS.items():
        mailboxes = getattr(envelope, "from_" if name == "from" else name)
        if mailboxes and not (name == "reply_to" and mailboxes == envelope.from_):  # type: ignore[attr-defined]
            lines.append((str(label), people.correspondents(mailboxes, own)))
    return lines
