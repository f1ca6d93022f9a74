"""A message as the conversation page shows it: computed here, so that the template stays light."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from mailserver.message import content, header, html, protection, script, unsubscribe
from mailserver.message.part import Part
from webmail.store.queries import ConversationMessage

from . import dates, facts_words, files, people, proof_words, protection_words, texts
from .located import Letter, letter_of
from .report_card import ReportCard

BINS = ("trash", "junk")
_LONGEST_TEXT = 200_000
_LONGEST_HTML = 4 * _LONGEST_TEXT
_MOST_EVENTS = 3


@dataclass(frozen=True, slots=True)
class Note:
    """A remark above a message: `kind` is blocked, waiting or left, with buttons about `sender`.

    Or spam, or forged: its sender is not who it says.
    """

    kind: str
    text: str
    sender: str = ""


@dataclass(slots=True)
class MessageView:
    """One message: its head, and its content when it is open.

    `bin` is "trash" or "junk" if it stands there only; `is_deleted` that a mail program marked it so. `facts`
    are what an open one says of its way.
    `list_key` names the mailing it belongs to, where it says how to leave it; `notes` tell what was chosen
    about its sender. `proven` says that the sender is who it says.
    """

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
    bin: str = ""
    is_deleted: bool = False
    is_report: bool = False
    is_open: bool = False
    facts: list[tuple[str, str]] = field(default_factory=list)
    content: "Content | None" = None
    trace: dict[str, object] | None = None
    report: ReportCard | None = None
    list_key: str = ""
    can_leave: bool = False
    notes: list[Note] = field(default_factory=list)
    proven: str = ""


@dataclass(slots=True)
class Content:
    """The body of an open message and its files. `body` is "text" or "html"; `address` leads to the letter.

    `events` are the addresses of its calendar entries; `other` is the form it can be shown in besides, or "".
    """

    message_id: int
    address: str
    body: str = "text"
    other: str = ""
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
        is_sent=message.stands_in("sent") or message.stands_in("scheduled"),
        has_attachment=message.has_attachment,
        bin=bin_of(message),
        is_deleted=message.is_deleted,
        is_report=is_report(message),
    )


def bin_of(message: ConversationMessage) -> str:
    """Say in which bin it stands, when it stands nowhere else."""
    roles = {standing.role for standing in message.mailboxes}
    return next((role for role in BINS if role in roles), "") if roles <= set(BINS) else ""


def is_report(message: ConversationMessage) -> bool:
    """Tell a delivery report (RFC 6522) from a letter, by the stored structure's first words."""
    return "multipart/report" in message.structure[:200]


def opened(
    account_id: int,
    message: ConversationMessage,
    own: Collection[str],
    first_bytes: bytes = b"",
    *,
    as_text: bool = False,
) -> MessageView:
    """Describe a message with its body: plain text as HTML of ours, foreign HTML only by its frame.

    `first_bytes` are those of its blob, where they were read before; `as_text` shows the text beside the
    HTML, or one made from it.
    """
    view, letter = head(message, own), letter_of(message, first_bytes)
    view.is_open = True
    view.content = content_of(account_id, letter, as_text=as_text)
    fields = header.fields(letter.raw[letter.root.start : letter.root.body])
    view.facts = facts_words.facts(message, fields)
    if found := proof_words.proof(message):
        if found.is_forged:
            view.notes.append(Note("forged", found.text))
        else:
            view.proven = found.text
    if unsubscribe.ways(fields) and not (view.is_draft or view.author.is_me):
        view.list_key = unsubscribe.list_key(fields, message.from_address)
    if view.is_report:
        # What a report encloses is for machines, and for who asks to see the original.
        view.content.cards = []
    return view


def content_of(account_id: int, letter: Letter, *, as_text: bool = False) -> Content:
    """The body of a letter, and the cards of its files."""
    raw, parts = letter.raw, dict(letter.root.walk())
    shown = content.display_parts(raw, letter.root)
    result = Content(letter.message.id, letter.before.rstrip("-"))
    result.cards = files.cards(letter, shown, parts)
    result.events = _events(result.cards)
    found = protection.of_tree(letter.root)
    is_formatted = shown.html is not None or bool(shown.more)
    if is_formatted and not as_text:
        result.body, result.other = "html", "text"
    elif is_formatted or shown.text is not None:
        result.other = "html" if is_formatted else ""
        text = _text(account_id, letter, shown, parts)
        result.cut = len(text) > _LONGEST_TEXT
        result.language = script.language(text)
        result.text = mark_safe(html.text_to_html(text[:_LONGEST_TEXT]))  # noqa: S308 (escaped token by token)
        found = found or protection.of_text(text)
    if found:
        result.protection = protection_words.notice(found, letter, parts)
        result.cards = [card for card in result.cards if not card.is_control]
    return result


def _text(account_id: int, letter: Letter, shown: content.DisplayParts, parts: Mapping[str, Part]) -> str:
    """The plain text of a letter; of what exists in HTML only, the words."""
    pieces = []
    for section in (shown.html if shown.text is None else shown.text, *shown.more):
        if section is not None:
            text = texts.text(account_id, letter.message, letter.raw, parts[section])
            is_html = parts[section].content_type == "text/html"
            pieces.append(html.to_text(text[:_LONGEST_HTML]) if is_html else text)
    return "\n\n".join(pieces)


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
