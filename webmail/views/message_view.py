"""A message as the conversation page shows it: computed here, so that the template stays light."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from mailserver.message import content, html
from webmail.store.queries import ConversationMessage

from . import dates, files, people
from .message_bytes import MessageBytes

_LONGEST_TEXT = 200_000


@dataclass(slots=True)
class MessageView:
    """One message: its head, and its body when it is open. `body` is "text", "html" or "" when closed."""

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
    body: str = ""
    text: SafeString | str = ""
    cut: bool = False
    cards: list[files.FileCard] = field(default_factory=list)
    trace: dict[str, object] | None = None


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
        details=_details(envelope, own),
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


def opened(message: ConversationMessage, own: Collection[str]) -> MessageView:
    """Describe a message with its body: plain text as HTML of ours, foreign HTML only by its frame."""
    view = head(message, own)
    view.is_open = True
    raw = MessageBytes(message.blob_id)
    root = message.part
    parts = dict(root.walk())
    shown = content.display_parts(raw, root)
    # What a report encloses is for machines, and for who asks to see the original.
    attached = () if view.is_report else shown.attachments
    view.cards = [files.card(section, parts[section]) for section in attached]
    if shown.html is not None or shown.more:
        view.body = "html"
    else:
        view.body = "text"
        text = content.text(raw, parts[shown.text]) if shown.text is not None else ""
        view.cut = len(text) > _LONGEST_TEXT
        view.text = mark_safe(html.text_to_html(text[:_LONGEST_TEXT]))  # noqa: S308 (escaped token by token)
    return view


def _details(envelope: object, own: Collection[str]) -> list[tuple[str, list[people.Correspondent]]]:
    """Every address line with somebody in it; Reply-To only where it differs from From."""
    lines = []
    for name, label in people.LABELS.items():
        mailboxes = getattr(envelope, "from_" if name == "from" else name)
        if mailboxes and not (name == "reply_to" and mailboxes == envelope.from_):  # type: ignore[attr-defined]
            lines.append((str(label), people.correspondents(mailboxes, own)))
    return lines
