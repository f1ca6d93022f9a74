"""Words in a template that no translator sees."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
_COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"\S*(?:@|://|\w\.\w)\S*")
# Names, which are the same in all languages.
_NAMES = {"Postillion", "Esc", "CSV", "Message", "ID", "Sieve", "IMAP", "POP", "SMTP", "TLS", "STARTTLS"} | {
    "Thunderbird",
    "Apple",
    "Mail",
    "Outlook",
    "Foxmail",
}
# What these hold is code, or a name that is the same in all languages.
_NOT_PROSE = {"script", "style", "code", "kbd", "pre", "svg"}
_SHOWN = {"title", "aria-label", "placeholder", "alt"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [value for name in sorted(_SHOWN & names.keys()) if _reads(value := names[name] or "")]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.open = self.open[: len(self.open) - 1 - self.open[::-1].index(tag)]

    def handle_data(self, data: str) -> None:
        if _reads(data) and not _NOT_PROSE.intersection(self.open):
            self.found.append(" ".join(data.split()))


def _reads(text: str) -> bool:
    return any(word not in _NAMES for word in _WORD.findall(_ADDRESS.sub("", text)))


def bare_words(source: str) -> Iterator[str]:
    """Find texts that stand in a template outside of gettext; names and addresses are none."""
    reader = _Reader()
    reader.feed(_TAG.sub("", _TRANSLATED.sub("", _COMMENT.sub("", source))))
    reader.close()
    yield from reader.found
