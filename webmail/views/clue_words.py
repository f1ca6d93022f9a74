"""What speaks for spam, in words: the clues of a message and the symbols of rspamd."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from webmail.store.spam_marks import Reason

type Words = Any  # a text that is translated when it is written

_KINDS: Final[dict[str, Words]] = {
    "w": pgettext_lazy("clue of spam", "“{word}”"),
    "s": gettext_lazy("“{word}” in the subject"),
    "f": gettext_lazy("the sender {word}"),
    "d": gettext_lazy("senders at {word}"),
    "n": gettext_lazy("“{word}” in the sender's name"),
    "u": gettext_lazy("links to {word}"),
}
_PLACES: Final[dict[str, Words]] = {
    "s": pgettext_lazy("place of a clue", "subject"),
    "f": pgettext_lazy("place of a clue", "sender"),
    "d": pgettext_lazy("place of a clue", "sender"),
    "n": pgettext_lazy("place of a clue", "sender"),
    "u": pgettext_lazy("place of a clue", "link"),
}
_SIGNS: Final[dict[str, Words]] = {
    "no-to": gettext_lazy("no recipient named"),
    "no-date": gettext_lazy("no date"),
    "no-message-id": gettext_lazy("no Message-ID"),
    "no-subject": gettext_lazy("no subject"),
    "list": gettext_lazy("sent to a list"),
    "answer": gettext_lazy("an answer"),
    "shouts": gettext_lazy("a subject in capitals"),
    "reply-elsewhere": gettext_lazy("answers go elsewhere"),
    "html-only": gettext_lazy("formatted without a plain text"),
}
_OPEN_SIGNS: Final[dict[str, Words]] = {
    "program": gettext_lazy("written with {word}"),
    "charset": gettext_lazy("in the charset {word}"),
}
# By the beginnings of their names, the longest first; what isn't here is shown as it is called.
_SYMBOLS: Final[dict[str, Words]] = {
    "BAYES_SPAM": gettext_lazy("words as in spam"),
    "NEURAL_SPAM": gettext_lazy("a pattern as in spam"),
    "FUZZY_": gettext_lazy("nearly the same was reported as spam elsewhere"),
    "R_SPF_": gettext_lazy("not from a server of its sender (SPF)"),
    "R_DKIM_": gettext_lazy("its signature is wrong (DKIM)"),
    "DMARC_": gettext_lazy("its sender is not who it says (DMARC)"),
    "FORGED_": gettext_lazy("its sender is not who it says"),
    "SPOOF_": gettext_lazy("its sender is not who it says"),
    "PHISHING": gettext_lazy("a link leads elsewhere than it says"),
    "URIBL_": gettext_lazy("links to addresses that are known for spam"),
    "SURBL_": gettext_lazy("links to addresses that are known for spam"),
    "DBL_": gettext_lazy("links to addresses that are known for spam"),
    "ABUSE_SURBL": gettext_lazy("links to addresses that are known for spam"),
    "RBL_": gettext_lazy("from a server that is known for spam"),
    "RECEIVED_": gettext_lazy("from a server that is known for spam"),
    "MISSING_": gettext_lazy("a part of its header is missing"),
    "SUBJ_ALL_CAPS": gettext_lazy("a subject in capitals"),
    "MIME_HTML_ONLY": gettext_lazy("formatted without a plain text"),
    "CLAM_": gettext_lazy("a virus"),
    "HFILTER_": gettext_lazy("its server has no proper name"),
    "RDNS_NONE": gettext_lazy("its server has no proper name"),
    "GTUBE": gettext_lazy("a test of spam filters"),
}


def of_clue(clue: str) -> str:
    """Say a clue as `clues.of_message` writes it."""
    kind, _colon, word = clue.partition(":")
    if kind != "h":
        return str(format_lazy(_KINDS[kind], word=word)) if kind in _KINDS else word
    name, _space, rest = word.partition(" ")
    if name in _OPEN_SIGNS:
        return str(format_lazy(_OPEN_SIGNS[name], word=rest))
    return str(_SIGNS.get(word, word))


def in_list(clue: str) -> tuple[str, str]:
    """Say a clue as a word, and where it stands, "" for the text."""
    kind, _colon, word = clue.partition(":")
    return (of_clue(clue) if kind == "h" else word), str(_PLACES.get(kind, ""))


def of_symbol(symbol: str) -> str:
    """Say a symbol of rspamd."""
    known = (words for name, words in _SYMBOLS.items() if symbol.startswith(name))
    return str(next(known, symbol))


def of_reason(reason: Reason) -> str:
    """Say in a sentence why a message was taken for spam."""
    if reason.by == "dmarc":
        domain = _(", ").join(reason.clues)
        return _("%(domain)s denies having sent it, and asks to distrust such mail.") % {"domain": domain}
    if reason.by == "rspamd":
        return _listed(
            _("The spam filter of this server took it for spam: %(words)s."),
            _("The spam filter of this server took it for spam."),
            map(of_symbol, reason.clues),
        )
    return _listed(
        _("It looks like mail you reported as spam: %(words)s."),
        _("It looks like mail you reported as spam."),
        map(of_clue, reason.clues),
    )


def _listed(text: str, without: str, words: Iterable[str]) -> str:
    found = _(", ").join(dict.fromkeys(words))
    return text % {"words": found} if found else without
