"""X-Gmail-Labels of a Takeout: where a message stood there, and what was marked on it."""

from dataclasses import dataclass

from mailserver.message import header

from .flag_names import DRAFT, FLAGGED, SEEN

FIELD = "x-gmail-labels"
# Google writes its own labels in the language of the person: those of the most used, folded.
_WORDS = {
    "inbox": "inbox|收件箱|收件匣|posteingang|boîte de réception|recibidos|entrada",
    "sent": "sent|sent mail|sent messages|已发邮件|寄件備份|gesendet|envoyés|messages envoyés|enviados",
    "drafts": "draft|drafts|草稿|entwürfe|brouillons|borradores|rascunhos",
    "trash": "trash|bin|回收站|已删除邮件|垃圾桶|papierkorb|corbeille|papelera|lixeira",
    "junk": "spam|垃圾邮件|垃圾郵件",
    "archive": "archived|已归档|已封存|archiviert|archivé|archivado|arquivado",
    "starred": "starred|已加星标|已加星號|markiert|suivis|messages suivis|destacados|com estrela",
    "unread": "unread|未读|未讀|ungelesen|non lus|no leídos|não lidos",
    "": "opened|important|chat|chats|已打开|重要邮件|重要|已开启|geöffnet|wichtig|ouvert|abierto|importante",
}
_KNOWN = {word: role for role, words in _WORDS.items() for word in words.split("|")}
_CATEGORY = ("category ", "类别：", "“", "kategorie: ", "catégorie: ")
_MOST = 30


@dataclass(frozen=True, slots=True)
class Labels:
    """Mailboxes by role or path, and flags."""

    folders: tuple[str, ...]
    flags: frozenset[str]


def read(head: bytes) -> Labels | None:
    """Read the labels in a message's header; None when it has none, so that it is no message of a Takeout."""
    value = header.first(header.fields(head), FIELD)
    if value is None:
        return None
    names = [name.strip() for name in header.decode(value).split(",")][:_MOST]
    roles = {_KNOWN[name.casefold()] for name in names if name.casefold() in _KNOWN}
    own = [name for name in names if name and name.casefold() not in _KNOWN and not _is_category(name)]
    places = [role for role in ("inbox", "sent", "drafts", "trash", "junk") if role in roles]
    flags = {SEEN} if "unread" not in roles else set()
    flags |= {FLAGGED} if "starred" in roles else set()
    flags |= {DRAFT} if "drafts" in roles else set()
    return Labels((*places, *own) or ("archive",), frozenset(flags))


def _is_category(name: str) -> bool:
    return name.casefold().startswith(_CATEGORY)
