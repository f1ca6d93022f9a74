"""What the composer posts, as the draft it stands for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from mailserver.message import address, compose, html, reply
from mailserver.message.tls_wish import TlsWish
from webmail.models import Account
from webmail.store import queries, uploads

from . import letter_files, letter_html, letter_kept
from .letter import Letter, new_message_id

_MESSAGE_ID = re.compile(r"[\w.+-]{1,120}@[\w.-]{1,255}", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{32}")


class LetterError(ValueError):
    """The letter can't go as it is; the text says why, `address` is the recipient at fault."""

    def __init__(self, text: str, wrong_address: str = "") -> None:
        super().__init__(text)
        self.address = wrong_address


def posted(request: HttpRequest) -> Letter:
    """Read the form; files of a browser without scripts become uploads first."""
    post, account = request.POST, request.account
    sender = queries.sending_address(account, post.get("from", "")).address
    letter = Letter(_message_id(post.get("message_id", ""), account), sender)
    letter.key = post["key"] if _KEY.fullmatch(post.get("key", "")) else letter.key
    for name in ("to", "cc", "bcc", "subject", "html", "in_reply_to", "references"):
        setattr(letter, name, post.get(name, "").strip())
    letter.text = post.get("text", "").replace("\r\n", "\n")
    letter.draft = _number(post.get("draft", ""))
    letter.remind = _number(post.get("remind", "")) or 0
    asked = post.get("tls", "")
    letter.tls_wish = TlsWish(asked) if asked in set(TlsWish) else TlsWish.AS_USUAL
    letter.reply_to_message = _number(post.get("reply_to_message", ""))
    if letter.reply_to_message and not letter.in_reply_to:
        _tie(account, letter, letter.reply_to_message)
    return letter


def _tie(account: Account, letter: Letter, message_id: int) -> None:
    """Say what is answered (RFC 5322 §3.6.4): a letter written without a network knows only our key of it."""
    try:
        answered = queries.message(account.pk, message_id)
    except queries.MessageNotFoundError:
        letter.reply_to_message = None
        return
    letter.in_reply_to = letter.references = f"<{answered.message_id}>" if answered.message_id else ""


def tokens(request: HttpRequest) -> list[str]:
    """Name the letter's files: those attached before, and those that came with the form."""
    kept = [token for token in request.POST.getlist("attachment") if token]
    for file in request.FILES.getlist("files"):
        stored = uploads.add(
            request.account.pk, file.name, file.content_type or "application/octet-stream", file.read()
        )
        kept.append(f"u{stored.id}")
    return kept


def draft_of(
    account: Account, letter: Letter, attached: list[compose.Attachment], *, scripted: bool
) -> compose.Draft:
    """Make the draft value. Without scripts the letter is plain text; with them its HTML is what counts."""
    chosen = queries.sending_address(account, letter.sender)
    cids = {file.content_id for file in attached}
    wire = letter_html.to_wire(letter.html, cids) if scripted else None
    shown = letter_html.shown_cids(wire or "", cids)
    return compose.Draft(
        from_=(address.of_spec(chosen.address, chosen.name),),
        to=address.parse(letter.to),
        cc=address.parse(letter.cc),
        bcc=address.parse(letter.bcc),
        subject=letter.subject,
        html=wire,
        text=html.to_text(wire) if wire is not None else letter.text,
        attachments=tuple(replace(file, inline=file.content_id in shown) for file in attached),
        reply_to=address.parse(chosen.reply_to),
        message_id=letter.message_id,
        date=timezone.localtime(),
        in_reply_to=letter.in_reply_to,
        references=reply.bounded(letter.references.split()),
        tls_wish=letter.tls_wish,
    )


def load_files(account: Account, names: list[str]) -> list[compose.Attachment]:
    """Read the letter's files; raises `LetterError` when one is gone."""
    with _gone_told():
        return letter_files.load(account.pk, names, account.address.rpartition("@")[2])


def kept_files(
    account: Account, names: list[str], draft: int | None
) -> tuple[list[compose.Attachment], list[int]]:
    """The letter's files as a draft holds them, and its uploads; raises `LetterError` when one is gone."""
    with _gone_told():
        return letter_kept.attachments(account, names, draft)


@contextmanager
def _gone_told() -> Iterator[None]:
    try:
        yield
    except letter_files.FileGoneError as error:
        raise LetterError(_("An attachment is no longer here. Please attach it again.")) from error


def _message_id(text: str, account: Account) -> str:
    return text if _MESSAGE_ID.fullmatch(text) else new_message_id(account)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
