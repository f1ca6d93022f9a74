"""The words of one command (RFC 9051 §9): atoms, strings, numbers, lists."""

import re
from collections.abc import Sequence

from . import sequence, utf7
from .patterns import with_inbox
from .replies import Bad, No
from .sequence import NumberSet

_ATOM = re.compile(rb'[^\x00-\x20\x7f(){%*"\\\]]+')
_ASTRING = re.compile(rb'[^\x00-\x20\x7f(){%*"\\]+')
_LIST_MAILBOX = re.compile(rb'[^\x00-\x20\x7f(){"\\]+')
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\0]|\\["\\])*)"')
_ESCAPED = re.compile(rb'\\(["\\])')
_LITERAL = re.compile(rb"~?\{(\d+)\+?\}\r\n")
_NUMBER = re.compile(rb"\d{1,19}(?!\d)")
_SET = re.compile(rb"[\d:,*]+|\$")
_FLAG = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){%*"\\\]]+')


class Lexer:
    """Reads a command from left to right; what is not there as expected raises Bad.

    `data` is the command without the octets of its literals, which stand in `literals` in their order.
    Spaces at its end, as some programs write them, are passed over.
    """

    def __init__(self, data: bytes, literals: Sequence[bytes] = (), *, utf8: bool = False) -> None:
        self._data, self._literals, self._utf8 = data.rstrip(b" "), literals, utf8
        self._at = self._literal = 0

    def peek(self, text: bytes) -> bool:
        """Tell whether this comes next, in any case."""
        return self._data[self._at : self._at + len(text)].upper() == text

    def take(self, text: bytes) -> bool:
        """Pass over this if it comes next."""
        found = self.peek(text)
        self._at += len(text) if found else 0
        return found

    def expect(self, text: bytes) -> None:
        """Pass over this, which must come next."""
        if not self.take(text):
            raise Bad(f"{text.decode()!r} is expected" if text != b" " else "More is expected")

    def space(self) -> None:
        """Pass over the space that parts two words: one, or more where a program is careless."""
        self.expect(b" ")
        self.spaces()

    def spaces(self) -> None:
        """Pass over spaces that needn't be there."""
        while self.take(b" "):
            pass

    @property
    def is_at_end(self) -> bool:
        """Tell whether nothing is left."""
        return self._at == len(self._data)

    def end(self) -> None:
        """Nothing may be left."""
        if not self.is_at_end:
            raise Bad("There is more than the command needs")

    def atom(self) -> str:
        """Read an atom in upper case, for a word of the protocol."""
        return self._match(_ATOM, "A word")[0].decode("ascii", "replace").upper()

    def label(self) -> bytes:
        """Read an atom as it stands."""
        return self._match(_ATOM, "A word")[0]

    def astring(self) -> bytes:
        """Read an atom or a string."""
        if self._starts_string():
            return self.string()
        return self._match(_ASTRING, "A string")[0]

    def string(self) -> bytes:
        """Read a quoted string or a literal."""
        if self.peek(b'"'):
            return _ESCAPED.sub(rb"\1", self._match(_QUOTED, "The end of a quoted string")[1])
        return self.literal()

    def literal(self) -> bytes:
        """Read a literal."""
        self._match(_LITERAL, "A string")
        self._literal += 1
        return self._literals[self._literal - 1]

    def text(self) -> str:
        """Read an atom or string as text."""
        return _text(self.astring())

    def mailbox(self) -> str:
        """Read the name of a mailbox; INBOX is that, in any case (RFC 9051 §5.1)."""
        return self._mailbox(self.astring())

    def label_name(self) -> str:
        r"""Read the name of a label: of a mailbox, or `\Inbox` and the like, as an atom or a string."""
        if self.peek(b"\\"):
            return self.flag()
        return self.mailbox()

    def label_names(self) -> list[str]:
        """Read names of labels, in parentheses or a single one."""
        if not self.take(b"("):
            return [self.label_name()]
        found: list[str] = []
        while not self.take(b")"):
            if found:
                self.space()
            found.append(self.label_name())
        return found

    def list_mailbox(self) -> str:
        """Read a pattern of names, where % and * stand for some; one of no name fits none."""
        raw = self.string() if self._starts_string() else self._match(_LIST_MAILBOX, "A name")[0]
        try:
            return self._mailbox(raw)
        except No:
            return _text(raw)

    def number(self) -> int:
        """Read a number of at most 63 bits (RFC 9051 §9, number64)."""
        found = int(self._match(_NUMBER, "A number")[0])
        if found >> 63:
            raise Bad("The number is too large")
        return found

    def number_set(self) -> NumberSet:
        """Read a set of numbers."""
        try:
            return sequence.parse(self._match(_SET, "A set of numbers")[0])
        except ValueError as error:
            raise Bad("A set of numbers is expected") from error

    def starts_set(self) -> bool:
        """Tell whether a set of numbers comes next."""
        return _SET.match(self._data, self._at) is not None

    def flag(self) -> str:
        """Read a flag or keyword."""
        return self._match(_FLAG, "A flag")[0].decode()

    def flags(self) -> list[str]:
        """Read flags in parentheses."""
        self.expect(b"(")
        found: list[str] = []
        while not self.take(b")"):
            if found:
                self.space()
            found.append(self.flag())
        return found

    def words(self) -> list[str]:
        """Read words in parentheses, at least one."""
        self.expect(b"(")
        found = [self.atom()]
        while not self.take(b")"):
            self.space()
            found.append(self.atom())
        return found

    def _starts_string(self) -> bool:
        return self._data[self._at : self._at + 1] in (b'"', b"{") or self.peek(b"~{")

    def _mailbox(self, raw: bytes) -> str:
        name = _text(raw)
        if not self._utf8 and raw.isascii():
            try:
                name = utf7.decode(name)
            except ValueError as error:
                raise No("The name of a mailbox is modified UTF-7", "CANNOT") from error
        return with_inbox(name)

    def _match(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        found = pattern.match(self._data, self._at)
        if found is None:
            raise Bad(f"{what} is expected")
        self._at = found.end()
        return found


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Bad("Text is UTF-8") from error
    if "\0" in text:
        raise Bad("Text has no NUL")
    return text
