"""What is searched for (RFC 9051 §6.4.4), as a tree of values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from . import dates
from .lexer import Lexer
from .replies import Bad
from .sequence import NumberSet


@dataclass(frozen=True, slots=True)
class All:
    """Every message."""


@dataclass(frozen=True, slots=True)
class And:
    """All of these hold."""

    keys: "tuple[Key, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """One of two holds."""

    one: "Key"
    other: "Key"


@dataclass(frozen=True, slots=True)
class Not:
    """It doesn't hold."""

    key: "Key"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag or keyword is set."""

    name: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """It is among these: by number, or by uid."""

    numbers: NumberSet
    by_uid: bool


@dataclass(frozen=True, slots=True)
class Recent:
    """It is one that this session is told of first."""


@dataclass(frozen=True, slots=True)
class Uids:
    """It is among these uids; what `Numbers` becomes in a session."""

    uids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Size:
    """Larger than so many bytes, or smaller."""

    is_larger: bool
    size: int


@dataclass(frozen=True, slots=True)
class Day:
    """On a day, before it, or since: `of` is received, sent or saved; `when` is <, = or >=."""

    of: str
    when: str
    day: date


@dataclass(frozen=True, slots=True)
class Age:
    """Received after a moment, or not after it (RFC 5032)."""

    is_younger: bool
    moment: datetime


@dataclass(frozen=True, slots=True)
class Modseq:
    """Changed at a modseq or after it (RFC 7162 §3.1.5)."""

    modseq: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header field holds this text; "" when it is there. `name` is lower case."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """The body holds this text, or the header does, too."""

    text: str
    with_header: bool


@dataclass(frozen=True, slots=True)
class ObjectId:
    """The message or its conversation has this id (RFC 8474); `of` is email or thread."""

    of: str
    value: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """It has a label, as X-GM-LABELS names it."""

    name: str


@dataclass(frozen=True, slots=True)
class Query:
    """It fits a search as a person writes it (X-GM-RAW)."""

    text: str


type Key = (
    All
    | And
    | Or
    | Not
    | Flag
    | Numbers
    | Recent
    | Uids
    | Size
    | Day
    | Age
    | Modseq
    | Header
    | Text
    | ObjectId
    | Labelled
    | Query
)


_FLAGS = {"ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN"}
_HEADERS = {"FROM", "TO", "CC", "BCC", "SUBJECT"}
_DAYS = {
    "BEFORE": ("received", "<"),
    "ON": ("received", "="),
    "SINCE": ("received", ">="),
    "SENTBEFORE": ("sent", "<"),
    "SENTON": ("sent", "="),
    "SENTSINCE": ("sent", ">="),
    "SAVEDBEFORE": ("saved", "<"),
    "SAVEDON": ("saved", "="),
    "SAVEDSINCE": ("saved", ">="),
}


class Parser:
    """Reads search keys; `now` is what YOUNGER and OLDER count from."""

    def __init__(self, args: Lexer, now: datetime, *, most: int, depth: int) -> None:
        self._args, self._now = args, now
        self._left, self._depth = most, depth
        self.names_modseq = False

    def program(self) -> Key:
        """Read keys up to the end of the command: all must hold."""
        keys = [self._key()]
        while not self._args.is_at_end:
            self._args.space()
            keys.append(self._key())
        return keys[0] if len(keys) == 1 else And(tuple(keys))

    def _key(self) -> Key:
        self._left -= 1
        if self._left < 0:
            raise Bad("There are too many search keys")
        if self._args.peek(b"("):
            return self._list()
        if self._args.starts_set():
            return Numbers(self._args.number_set(), by_uid=False)
        word = self._args.atom()
        return self._named(word)

    def _list(self) -> Key:
        self._deeper()
        self._args.expect(b"(")
        keys = [self._key()]
        while not self._args.take(b")"):
            self._args.space()
            keys.append(self._key())
        self._depth += 1
        return keys[0] if len(keys) == 1 else And(tuple(keys))

    def _deeper(self) -> None:
        self._depth -= 1
        if self._depth < 0:
            raise Bad("The search is nested too deeply")

    def _named(self, word: str) -> Key:
        if word in _FLAGS:
            return Flag(f"\\{word.title()}")
        if word.startswith("UN") and word[2:] in _FLAGS:
            return Not(Flag(f"\\{word[2:].title()}"))
        reader = _READERS.get(word)
        if reader is None:
            raise Bad(f"{word} is no search key")
        return reader(self, word)

    def _word(self, _word: str) -> Key:
        return All()

    def _recent(self, word: str) -> Key:
        if word == "NEW":
            return And((Recent(), Not(Flag("\\Seen"))))
        return Not(Recent()) if word == "OLD" else Recent()

    def _header(self, word: str) -> Key:
        self._args.space()
        name = word.lower()
        if word == "HEADER":
            name = self._args.text().lower()
            self._args.space()
        return Header(name, self._args.text())

    def _text(self, word: str) -> Key:
        self._args.space()
        return Text(self._args.text(), with_header=word == "TEXT")

    def _size(self, word: str) -> Key:
        self._args.space()
        return Size(word == "LARGER", self._args.number())

    def _day(self, word: str) -> Key:
        self._args.space()
        of, when = _DAYS[word]
        return Day(of, when, dates.day(self._args.text()))

    def _age(self, word: str) -> Key:
        self._args.space()
        return Age(word == "YOUNGER", dates.before(self._now, self._args.number()))

    def _keyword(self, word: str) -> Key:
        self._args.space()
        flag = Flag(self._args.flag())
        return Not(flag) if word.startswith("UN") else flag

    def _uid(self, _word: str) -> Key:
        self._args.space()
        return Numbers(self._args.number_set(), by_uid=True)

    def _not(self, _word: str) -> Key:
        self._deeper()
        self._args.space()
        key = Not(self._key())
        self._depth += 1
        return key

    def _or(self, _word: str) -> Key:
        self._deeper()
        self._args.space()
        one = self._key()
        self._args.space()
        key = Or(one, self._key())
        self._depth += 1
        return key

    def _modseq(self, _word: str) -> Key:
        """An entry before the number is passed over: all flags of a message share one modseq."""
        self.names_modseq = True
        self._args.space()
        if self._args.peek(b'"'):
            self._args.string()
            self._args.space()
            self._args.atom()
            self._args.space()
        return Modseq(self._args.number())

    def _object_id(self, word: str) -> Key:
        self._args.space()
        return ObjectId("email" if word == "EMAILID" else "thread", self._args.text())

    def _gmail_id(self, word: str) -> Key:
        self._args.space()
        number = self._args.number()
        return ObjectId("email", f"M{number}") if word == "X-GM-MSGID" else ObjectId("thread", f"T{number}")

    def _labelled(self, _word: str) -> Key:
        self._args.space()
        return Labelled(self._args.label_name())

    def _query(self, _word: str) -> Key:
        self._args.space()
        return Query(self._args.text())


_READERS: Mapping[str, Callable[[Parser, str], Key]] = {
    "ALL": Parser._word,
    "SAVEDATESUPPORTED": Parser._word,
    "NEW": Parser._recent,
    "OLD": Parser._recent,
    "RECENT": Parser._recent,
    "HEADER": Parser._header,
    **dict.fromkeys(_HEADERS, Parser._header),
    "BODY": Parser._text,
    "TEXT": Parser._text,
    "LARGER": Parser._size,
    "SMALLER": Parser._size,
    **dict.fromkeys(_DAYS, Parser._day),
    "OLDER": Parser._age,
    "YOUNGER": Parser._age,
    "KEYWORD": Parser._keyword,
    "UNKEYWORD": Parser._keyword,
    "UID": Parser._uid,
    "NOT": Parser._not,
    "OR": Parser._or,
    "MODSEQ": Parser._modseq,
    "EMAILID": Parser._object_id,
    "THREADID": Parser._object_id,
    "X-GM-MSGID": Parser._gmail_id,
    "X-GM-THRID": Parser._gmail_id,
    "X-GM-LABELS": Parser._labelled,
    "X-GM-RAW": Parser._query,
}
