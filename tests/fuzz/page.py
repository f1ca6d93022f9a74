"""What must hold of HTML that was made safe, as read by another parser than the one that wrote it."""

import re
from html.parser import HTMLParser

_TAGS = frozenset((
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
    "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section",
    "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
))  # fmt: skip
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
PICTURE = "/picture-of-the-letter"
_LOADED = re.compile(rf"{PICTURE}|data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_REMOTE = re.compile(rf"{_LOADED.pattern}|https?://", re.IGNORECASE)
_IN_STYLE = re.compile(r"""url\(\s*["']?([^"')]*)""", re.IGNORECASE)


class _Reader(HTMLParser):
    def __init__(self, loaded: re.Pattern[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.loaded = loaded
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        for name, value in attrs:
            self.check(name, value or "")

    def handle_data(self, data: str) -> None:
        self.read.append(data)

    def check(self, name: str, value: str) -> None:
        assert not name.startswith("on"), name
        assert name not in ("srcdoc", "srcset", "action", "formaction", "ping", "id", "name", "is"), name
        if name == "href":
            assert _LINK.match(value), value
        elif name in ("src", "background", "poster", "data"):
            assert self.loaded.match(value), value
        elif name == "style":
            lowered = value.lower()
            assert not any(
                word in lowered for word in ("expression(", "@import", "image-set(", "-moz-binding")
            )
            assert "\\" not in value or '"' in value or "'" in value, value
            assert all(self.loaded.match(url) for url in _IN_STYLE.findall(value)), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment is left: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration is left: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction is left: {data}")


def check_safe(html: str, *, remote: bool = False) -> str:
    """Only known elements, no handlers, links that are links, and nothing loaded but what may be.

    Returns the text that was read, without white space.
    """
    reader = _Reader(_REMOTE if remote else _LOADED)
    reader.feed(html)
    reader.close()
    return "".join("".join(reader.read).split())
