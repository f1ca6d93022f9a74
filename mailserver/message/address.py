"""Addresses: read leniently from header fields (RFC 5322 §3.4, §4.4), made canonical strictly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import idna

from . import header


class AddressError(ValueError):
    """The text is no mail address that could be sent to."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox; `name` is decoded. Without an address `local` and `domain` are ""."""

    name: str
    local: str
    domain: str

    @property
    def spec(self) -> str:
        """local@domain; only the local part when there is no domain."""
        return f"{self.local}@{self.domain}" if self.domain else self.local

    def __str__(self) -> str:
        return f"{self.name} <{self.spec}>" if self.name else self.spec


@dataclass(frozen=True, slots=True)
class Entry:
    """A mailbox as it stands in the header, name not decoded; or where a group begins or ends."""

    name: str
    spec: str
    group: str = ""
    route: str = ""
    """Hosts that the address was once to go through: `@a,@b` (RFC 5322 §4.4)."""


GROUP_BEGINS, GROUP_ENDS = "begin", "end"
MAX_ENTRIES = 5000

_SIMPLE = re.compile(
    r'(?:"([^"\\]*)"|([^"\\<>(),:;@\[\]]*))[ \t]*<([^\s<>"\\(),:;@\[\]]+@[A-Za-z0-9.-]+)>\s*'
)
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<angle><[^<>]*+>?)|(?P<special>[(),:;])|(?P<space>\s++)'
    r'|(?P<word>(?:[^\s"<(),:;\\]|\\.)++|\\)',
    re.DOTALL,
)
_COMMENT_TOKEN = re.compile(r"[()]|(?:[^()\\]|\\.)++|\\", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_AROUND_DOT = re.compile(r"\s*+([.@])\s*+")
_ROUTE = re.compile(r"\A\s*(?:(@[^:]*)|mailto):", re.IGNORECASE)

_ATEXT = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+)*"
)
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)


def parse(value: bytes | str) -> tuple[Address, ...]:
    """The mailboxes of a From, To, Cc … value in order, groups flattened; never raises."""
    return tuple(decoded(entry) for entry in entries(value) if not entry.group)


def decoded(entry: Entry) -> Address:
    """`entry` with its name decoded: after the split, so that a name can't smuggle an address in."""
    local, _, domain = entry.spec.rpartition("@")
    name = header.decode_words(entry.name).strip()
    if not domain or not local:
        return Address(name, header.strip_controls(entry.spec.strip("@")), "")
    return Address(name, header.strip_controls(local), header.strip_controls(domain))


def entries(value: bytes | str, hint: str = "") -> list[Entry]:
    """Mailboxes and group limits as written (for an ENVELOPE); at most MAX_ENTRIES."""
    text = header.text_of(value, hint) if isinstance(value, bytes) else value
    if _BARE.fullmatch(text):
        return [Entry("", text)]
    if match := _SIMPLE.fullmatch(text):
        name = " ".join(match[2].split()) if match[2] else (match[1] or "").strip()
        return [Entry(name, match[3])]
    return _Reader(text).entries


class _Reader:
    """One pass over the tokens of an address list; what makes no sense is kept as a name."""

    def __init__(self, text: str) -> None:
        self.entries: list[Entry] = []
        self.in_group = False
        self._clear()
        self._read(text)
        self._flush()
        if self.in_group:
            self.entries.append(Entry("", "", GROUP_ENDS))

    def _clear(self) -> None:
        self.words: list[str] = []
        self.spaced: list[str] = []
        self.comment = ""
        self.angle: str | None = None
        self.route = ""
        self.before_angle = 0
        self.gap = False

    def _read(self, text: str) -> None:
        position = 0
        while position < len(text) and len(self.entries) < MAX_ENTRIES:
            match = _TOKEN.match(text, position)
            if match is None:
                position += 1
                continue
            position = match.end()
            if match["special"] == "(":
                self.comment, position = _comment(text, position)
            elif match["special"]:
                self._special(match["special"])
            elif match["angle"] is not None:
                self._angle(match["angle"])
            elif match["space"]:
                self.gap = True
            else:
                self._word(match["quoted"], match["word"])

    def _word(self, quoted: str | None, word: str | None) -> None:
        shown = _QUOTED_PAIR.sub(r"\1", quoted) if quoted is not None else word or ""
        written = f'"{quoted}"' if quoted is not None else word or ""
        self.spaced.append((" " if self.gap and self.spaced else "") + shown)
        self.words.append(written)
        self.gap = False

    def _angle(self, angle: str) -> None:
        if self.angle is not None:
            # A comma is missing: the words since the last address belong to this one.
            words, spaced = self.words[self.before_angle :], self.spaced[self.before_angle :]
            del self.words[self.before_angle :], self.spaced[self.before_angle :]
            self._flush()
            self.words, self.spaced = words, [piece.lstrip() for piece in spaced[:1]] + spaced[1:]
        elif not self.words and self.entries and angle == "<>":
            self._flush()
        self.before_angle = len(self.words)
        self.route, self.angle = _angle_spec(angle.strip("<>"))

    def _special(self, special: str) -> None:
        if special == ":" and self.angle is None and not self.in_group and "@" not in "".join(self.words):
            self.entries.append(Entry("".join(self.spaced), "", GROUP_BEGINS))
            self.in_group = True
            self._clear()
        elif special == ":":
            if self.angle:
                # `<a@x>:<b@y>`: the address is the one at the end, whatever is said before it.
                self._word(None, self.angle)
                self.angle = None
            self._word(None, ":")
        else:
            self._flush()
            if special == ";" and self.in_group:
                self.entries.append(Entry("", "", GROUP_ENDS))
                self.in_group = False

    def _flush(self) -> None:
        joined = "".join(self.words)
        if self.angle:
            self.entries.append(Entry("".join(self.spaced) or self.comment, self.angle, route=self.route))
        elif "@" in joined:
            self.entries.extend(self._loose(joined))
        elif joined:
            single = len(self.words) == 1 and not joined.startswith('"') and "=?" not in joined
            self.entries.append(Entry(self.comment, joined) if single else Entry("".join(self.spaced), ""))
        self._clear()

    def _loose(self, joined: str) -> Iterator[Entry]:
        """No angle brackets: a@b, a @ b, `a@b c@d` (a lost comma), or a name and an address side by side."""
        specs = [word for word in "".join(self.spaced).split() if "@" in word.strip("@")]
        if len(specs) > 1 and '"' not in joined:
            yield from (Entry("", spec) for spec in specs)
        elif specs and len("".join(self.spaced).split()) > 1 and '"' not in joined:
            rest = [word for word in "".join(self.spaced).split() if word != specs[0]]
            yield Entry(" ".join(rest), specs[0])
        else:
            yield Entry(self.comment, joined)


def _angle_spec(text: str) -> tuple[str, str]:
    """What stands in angle brackets: a route, and the address without comments, spaces outside quotes."""
    found = _ROUTE.match(text)
    route = "".join((found[1] or "").split()) if found else ""
    return route, _bare_spec(text[found.end() :] if found else text)


def _bare_spec(text: str) -> str:
    pieces: list[str] = []
    while "(" in text:
        before, _, rest = text.partition("(")
        if '"' in before:
            break
        pieces.append(before)
        text = rest[_comment(rest, 0)[1] :]
    text = _AROUND_DOT.sub(r"\1", "".join([*pieces, text])).strip()
    words = text.split()
    if len(words) < 2 or text.startswith('"'):
        return text
    return next((word for word in words if "@" in word.strip("@")), "".join(words))


def _comment(text: str, position: int) -> tuple[str, int]:
    """The comment whose "(" was just read, and where it ends: at its ")" or with the field."""
    depth, pieces = 1, []
    while position < len(text):
        match = _COMMENT_TOKEN.match(text, position)
        if match is None:
            break
        position = match.end()
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            break
        pieces.append(_QUOTED_PAIR.sub(r"\1", match[0]))
    return "".join(pieces).strip(), position


def normalise(text: str) -> str:
    """The one spelling of an address: lower case, domain in ASCII (IDNA 2008); raises AddressError."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _ATEXT.fullmatch(local) or len(local.encode("utf-8", "replace")) > 64:
        raise AddressError("not a mail address")
    if header.strip_controls(local) != local:
        raise AddressError("control characters in an address")
    return f"{local.lower()}@{normalise_domain(domain)}"


def normalise_domain(domain: str) -> str:
    """A domain in lower-case ASCII, without a dot at its end; raises AddressError."""
    name = domain.strip().removesuffix(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise AddressError("not a domain name") from error
    if not _HOST.fullmatch(name):
        raise AddressError("not a domain name")
    return name


def of_spec(spec: str, name: str = "") -> Address:
    """The address of a spec in its one spelling."""
    local, _, domain = spec.rpartition("@")
    return Address(name, local, domain)


def without_detail(spec: str) -> str:
    """The address as its mailbox is named: of "user+detail" the user (RFC 5233)."""
    local, _, domain = spec.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def detail_of(spec: str) -> str:
    """What the writer of "user+detail" added (RFC 5233); "" without."""
    return spec.rpartition("@")[0].partition("+")[2]


def domain_of(spec: str) -> str:
    """What stands after the last @, lower case; "" when there is none."""
    return spec.rpartition("@")[2].lower() if "@" in spec else ""
