"""What a person types into the search box, taken apart; anything can be typed and nothing is refused."""

import re
from dataclasses import dataclass, field
from datetime import date

from .terms import folded, has_run, query_terms

MAX_TERMS = 20
_WORD = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"?|(\S+))')
_FIELDS = {"from": "senders", "to": "recipients", "cc": "recipients", "subject": "subjects"}
_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class Query:
    """All of it must hold: `terms` and `prefixes` by the index, `texts` rechecked on the message."""

    terms: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    excluded: list[list[str]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    mailbox: str = ""
    states: set[str] = field(default_factory=set)
    attachment: bool = False
    before: date | None = None
    after: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return self == Query()


def parse(text: str) -> Query:
    """Read words, "phrases", -words and operators (from to cc subject in label is has before after)."""
    query = Query()
    for number, (minus, operator, phrase, word) in enumerate(_WORD.findall(text)):
        if number >= MAX_TERMS:
            break
        value = phrase or word
        if minus:
            query.excluded += [terms] if (terms := query_terms(value)) else []
        elif not (operator and _operator(query, operator.lower(), value)):
            _text(query, f"{operator}:{value}" if operator else value, quoted=bool(phrase))
    return query


def squeezed(text: str) -> str:
    """Fold a text and its spaces, to look for a phrase in it."""
    return _SPACES.sub(" ", folded(text)).strip()


def _text(query: Query, value: str, *, quoted: bool) -> None:
    """Ask for a word or a phrase; "hel*" for words that begin so."""
    terms = query_terms(value)
    if value.endswith("*") and terms and terms[-1].isascii():
        query.prefixes.append(terms.pop())
    query.terms += terms
    if (quoted and len(terms) > 1) or has_run(value):
        query.texts.append(squeezed(value))


def _operator(query: Query, name: str, value: str) -> bool:
    """Take an operator; False for a word with a colon that is none."""
    if name in _FIELDS:
        getattr(query, _FIELDS[name]).append(value)
        query.terms += query_terms(value)
    elif name in {"in", "label"}:
        query.mailbox = value
    elif name == "is" and value.lower() in {"unread", "read", "starred"}:
        query.states.add(value.lower())
    elif name == "has" and value.lower() == "attachment":
        query.attachment = True
    elif name in {"before", "after"} and (day := _date(value)):
        setattr(query, name, day)
    else:
        return False
    return True


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value.replace("/", "-"))
    except ValueError:
        return None
