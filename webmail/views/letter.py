"""A letter being written, as the composer's form shows it: new, reopened, a reply or a forward."""

import uuid
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from mailserver.message import address, compose, content, header, html, reply, tls_wish, unsubscribe
from mailserver.message.tls_wish import TlsWish
from webmail.models import Account
from webmail.store import queries

from . import letter_html, letter_signature, texts
from .letter_files import LetterFile, of_message, of_whole
from .message_bytes import MessageBytes

# How a quoted plain text comes; the editor would lose its lines.
_PLAIN_QUOTE = '<div style="white-space:pre-wrap">'


@dataclass(slots=True)
class Letter:
    """The form's fields; address lines are text as in a header. `draft` is the message saved last."""

    message_id: str
    sender: str
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    html: str = ""
    text: str = ""
    draft: int | None = None
    in_reply_to: str = ""
    references: str = ""
    reply_to_message: int | None = None
    remind: int = 0
    tls_wish: TlsWish = TlsWish.AS_USUAL
    quoted: bool = False
    plain: bool = False
    list_address: str = ""
    attachments: list[LetterFile] = field(default_factory=list)

    @property
    def lines(self) -> list[dict[str, object]]:
        """The recipient lines; without a recipient Cc and Bcc are folded away."""
        named = (
            ("to", gettext("To"), self.to),
            ("cc", gettext("Cc"), self.cc),
            ("bcc", gettext("Bcc"), self.bcc),
        )
        return [
            {"name": name, "label": label, "value": value, "folded": name != "to" and not value}
            for name, label, value in named
        ]


def new_message_id(account: Account) -> str:
    """Make the Message-ID that a letter keeps from its first save to its arrival."""
    return f"{uuid.uuid4()}@{account.address.rpartition('@')[2]}"


def opened(request: HttpRequest) -> Letter:
    """Build the letter that the address asks for; raises Http404 for what isn't the account's."""
    account, query = request.account, request.GET
    try:
        if query.get("draft"):
            return _reopened(account, _number(query["draft"]))
        if query.get("forward"):
            return _forward(account, _number(query["forward"]))
        if query.get("forward_whole"):
            return _forward_whole(account, _number(query["forward_whole"]))
        for name in ("reply", "reply_all"):
            if query.get(name):
                return _reply(account, _number(query[name]), to_all=name == "reply_all")
    except queries.MessageNotFoundError as error:
        raise Http404 from error
    return _blank(account, query)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


def _blank(account: Account, query: QueryDict) -> Letter:
    sender = queries.sending_address(account, query.get("from", ""))
    letter = Letter(new_message_id(account), sender.address)
    letter.to, letter.cc, letter.subject = query.get("to", ""), query.get("cc", ""), query.get("subject", "")
    letter.text = "\n".join(filter(None, [query.get("body", ""), query.get("link", "")]))
    _address(letter, query.get("mailto", ""))
    letter.html = letter_html.from_text(letter.text) if letter.text else ""
    if sender.signature_html:
        letter.html = letter_html.to_editor(letter_signature.ended(letter.html, sender.signature_html), {})
        letter.text = letter_signature.ended_text(letter.text, sender.signature_html)
    return letter


def _address(letter: Letter, url: str) -> None:
    """Fill in what a mailto: address asks for (RFC 6068), which the browser handed over."""
    if found := unsubscribe.mailto(url) if url[:7].lower() == "mailto:" else None:
        letter.to, letter.subject, letter.text = found.to, found.subject, found.body


def _reopened(account: Account, message_id: int) -> Letter:
    message = queries.message(account.pk, message_id)
    if not message.draft or not message.stands_in("drafts"):
        raise Http404
    raw = MessageBytes(message.blob_id)
    head = raw[message.part.start : message.part.body]
    fields, own = header.fields(head), header.fields(message.prefix)
    hidden = header.first(own, "bcc") or b""
    letter = Letter(message.message_id, message.from_address or account.address, draft=message.id)
    for name in ("to", "cc"):
        setattr(letter, name, _people(address.parse(header.first(fields, name) or b"")))
    letter.bcc = _people(address.parse(hidden))
    letter.subject = message.subject
    letter.in_reply_to = message.envelope.in_reply_to
    letter.references = header.decode(header.first(fields, "references") or b"")
    letter.reply_to_message = _answered(account, letter.in_reply_to)
    demands = header.first(own, compose.DEMANDS_TLS.lower())
    letter.tls_wish = TlsWish.REQUIRED if demands else tls_wish.of_header(head)
    _fill_text(letter, raw, message)
    return letter


def _answered(account: Account, in_reply_to: str) -> int | None:
    found = queries.find_message_id(account.pk, in_reply_to.strip("<> ")) if in_reply_to else []
    return found[-1] if found else None


def _reply(account: Account, message_id: int, *, to_all: bool) -> Letter:
    message = queries.message(account.pk, message_id)
    raw = queries.blob_raw(account.pk, message_id)
    wrote = gettext("On {date}, {name} wrote:")
    root = texts.tree(account.pk, message, raw)
    zone = timezone.get_current_timezone()
    draft = reply.reply(raw, root, queries.own_addresses(account), to_all, wrote=wrote, zone=zone)
    letter, signature = _answer(account, draft)
    letter.reply_to_message = message.id
    letter.list_address = unsubscribe.post_address(header.fields(raw[root.start : root.body]))
    cids = letter_html.shown_cids(draft.html or "", _inline(message).keys())
    _quote(letter, draft, of_message(message, [_inline(message)[cid] for cid in cids], cids), signature)
    return letter


def _forward(account: Account, message_id: int) -> Letter:
    message = queries.message(account.pk, message_id)
    raw = queries.blob_raw(account.pk, message_id)
    banner = gettext("---------- Forwarded message ----------")
    draft = reply.forward(raw, texts.tree(account.pk, message, raw), banner=banner)
    letter, signature = _answer(account, draft)
    shown = content.display_parts(raw, message.part)
    cids = letter_html.shown_cids(draft.html or "", _inline(message).keys())
    sections = [*shown.attachments, *(_inline(message)[cid] for cid in cids)]
    _quote(letter, draft, of_message(message, dict.fromkeys(sections), cids), signature)
    return letter


def _forward_whole(account: Account, message_id: int) -> Letter:
    message = queries.message(account.pk, message_id)
    draft = reply.forward_whole(MessageBytes(message.blob_id), message.part)
    letter, signature = _answer(account, draft)
    _quote(letter, draft, [of_whole(message)], signature)
    return letter


def _answer(account: Account, draft: compose.Draft) -> tuple[Letter, str]:
    """Begin an answer, from the address the message came to where that is the writer's; and its signature."""
    sender = queries.sending_address(account, draft.from_[0].spec if draft.from_ else "")
    letter = Letter(new_message_id(account), sender.address, quoted=True)
    letter.to, letter.cc, letter.subject = _people(draft.to), _people(draft.cc), draft.subject
    letter.in_reply_to, letter.references = draft.in_reply_to, " ".join(draft.references)
    return letter, sender.signature_html


def _quote(letter: Letter, draft: compose.Draft, attached: list[LetterFile], signature: str) -> None:
    letter.attachments = attached
    letter.text = draft.text or ""
    source = draft.html or ""
    if _PLAIN_QUOTE in source:
        source = source.replace(_PLAIN_QUOTE, "<div>").replace("\n", "<br>")
    if signature:
        source = letter_signature.above(source, signature)
        letter.text = letter_signature.above_text(letter.text, signature)
    letter.html = letter_html.to_editor(source, {file.content_id: file.url for file in attached})


def _fill_text(letter: Letter, raw: MessageBytes, message: queries.ConversationMessage) -> None:
    """Take text and files from a stored draft; what it shows inline stays in its place."""
    root = message.part
    parts = dict(root.walk())
    shown = content.display_parts(raw, root)
    source = content.text(raw, parts[shown.html]) if shown.html is not None else ""
    letter.text = content.text(raw, parts[shown.text]) if shown.text is not None else html.to_text(source)
    pictures = _inline(message)
    cids = letter_html.shown_cids(source, pictures.keys())
    sections = dict.fromkeys([*shown.attachments, *(pictures[cid] for cid in cids)])
    letter.attachments = of_message(message, sections, cids)
    urls = {file.content_id: file.url for file in letter.attachments}
    letter.plain = not source and bool(letter.text)
    letter.html = letter_html.to_editor(source, urls) if source else letter_html.from_text(letter.text)


def _inline(message: queries.ConversationMessage) -> dict[str, str]:
    """Sections by the Content-ID they have, as written."""
    found = {part.content_id.strip("<>"): section for section, part in message.part.walk() if part.content_id}
    return {cid: section for cid, section in found.items() if cid}


def _people(people: tuple[address.Address, ...]) -> str:
    return ", ".join(_written(person.name, person.spec) for person in people)


def _written(name: str, spec: str) -> str:
    """As it may be typed; what has no address yet stays a name."""
    if not name or not spec:
        return name or spec
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{spec}>'
