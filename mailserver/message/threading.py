"""What makes a conversation: the base subject (RFC 5256 §2.1) and the ids a message refers to."""

import re

from . import header

MAX_REFERENCES = 100
_MAX_SUBJECT = 1000

_ID = re.compile(rb"<([^<>\s]{1,990})>")
_BARE_ID = re.compile(rb"(?<![^<>\s@\"(),;])[^<>\s@\"(),;]{1,500}@[^<>\s@\"(),;]{1,490}")
_REPLY = (
    r"re|aw|sv|vs|antw|odp|ynt|rif|ref|r|res|bls|fw|fwd|wg|tr|rv|enc|vl|i|doorst|"
    r"回复|回覆|答复|答覆|转发|轉寄|轉發|返信|転送|회신|전달|отв|на"
)
_PREFIX = re.compile(rf"(?:{_REPLY})[ ]?(?:\[\d{{1,4}}\]|\(\d{{1,4}}\)|\*\d{{1,4}})?[ ]?[:：][ ]?")
_BLOB = re.compile(r"\[[^\[\]]*\][ ]?")
_TRAILER = re.compile(r"(?:[ ]?\(fwd\))+\Z")
_FORWARDED = re.compile(r"\[fwd: ?(.*)\]\Z")


def base_subject(subject: str) -> str:
    """The subject without Re:, Fwd:, [list] and the like, casefolded: equal for mails of one conversation."""
    text = " ".join(subject[:_MAX_SUBJECT].split()).casefold()
    while True:
        before = text
        text = _TRAILER.sub("", text)
        text = _without_leaders(text)
        if forwarded := _FORWARDED.match(text):
            text = forwarded[1]
        if text == before:
            return text


def _without_leaders(text: str) -> str:
    """Drop `Re:`, `[list] Re:`, and a `[list]` that leaves something behind it."""
    while True:
        position = 0
        while blob := _BLOB.match(text, position):
            position = blob.end()
        if prefix := _PREFIX.match(text, position):
            text = text[prefix.end() :]
        elif 0 < position < len(text):
            text = text[position:]
        else:
            return text


def message_id(fields: header.Fields) -> str:
    """The Message-ID without its angle brackets; "" when there is none."""
    value = header.first(fields, "message-id")
    ids = _ids(value) if value else []
    return ids[0] if ids else ""


def reference_ids(fields: header.Fields) -> tuple[str, ...]:
    """The ids in References and In-Reply-To, without brackets, oldest first, each once.

    Of more than MAX_REFERENCES the first (the root of the conversation) and the last are kept.
    """
    ids: dict[str, None] = {}
    for name in ("references", "in-reply-to"):
        ids.update(dict.fromkeys(_ids(header.first(fields, name) or b"")))
    kept = list(ids)
    return tuple(kept if len(kept) <= MAX_REFERENCES else kept[:1] + kept[1 - MAX_REFERENCES :])


def _ids(value: bytes) -> list[str]:
    found = _ID.findall(value) or _BARE_ID.findall(value)
    return [header.strip_controls(header.text_of(each)) for each in found]
