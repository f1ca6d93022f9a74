"""Foreign HTML made safe to show in a sandboxed frame: CSS inlined, quotes folded, cleaned last of all."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import css_inline
import nh3

from . import markup, quote_html, style
from .text_to_html import text_to_html
from .to_text import to_text

__all__ = ["MAX_TEXT", "SafeHtml", "document", "is_simple", "safe", "text_to_html", "to_text"]

MAX_TEXT = 500_000
_MAX_DATA_URL = 256 * 1024
_MAX_CSS = 200_000

_TAGS = frozenset((
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
    "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div",
    "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "rp",
    "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var",
    "wbr",
))  # fmt: skip
# With these their content goes, too.
_GONE = frozenset((
    "script", "style", "title", "noscript", "iframe", "object", "embed", "applet", "svg", "math",
    "template", "textarea", "select", "audio", "video", "canvas", "frameset", "noframes", "noembed",
    "xmp",
))  # fmt: skip
# Elements whose end tag may be left out (HTML §13.1.2.4).
_ENDS_BY_ITSELF = frozenset(("p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option"))
_CELL = {"colspan", "rowspan", "nowrap", "background", "headers", "scope", "abbr"}
_ATTRIBUTES = {
    "*": {"style", "align", "valign", "dir", "lang", "title", "width", "height", "bgcolor", "color"},
    "a": {"href"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
    "table": {"border", "cellpadding", "cellspacing", "background", "frame", "rules"},
    "td": _CELL,
    "th": _CELL,
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"face", "size"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value", "type"},
    "hr": {"size", "noshade"},
    "time": {"datetime"},
}
_LINK_VALUES = {"a": {"target": "_blank", "rel": "noopener noreferrer nofollow"}}
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s]", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//[^\s/]", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=]+\Z", re.IGNORECASE)
_BODY = re.compile(r"<body(?=[\s>])[^>]{0,5000}>", re.IGNORECASE)
_COLOUR = re.compile(r"#?\w{1,30}")
_URL_NOISE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")

_STYLE = (
    "body{margin:0;overflow-wrap:break-word;font:14px/1.55 system-ui,-apple-system,'Segoe UI','PingFang SC',"
    "'Hiragino Sans GB','Noto Sans CJK SC','Microsoft YaHei',sans-serif}img{max-width:100%}"
    ".plain{white-space:pre-wrap}details.quote>summary{cursor:pointer;list-style:none;width:max-content}"
)


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML fit for the frame. `remote_count`: distinct pictures of other hosts, shown or not.

    `document` is a whole page around `html`, for a response of its own.
    """

    html: str
    remote_count: int
    document: str


def safe(html: str, *, cid_url: Callable[[str], str | None], remote: bool) -> SafeHtml:
    """Clean `html`; never raises. `cid_url` says where the picture of a Content-ID (lower case) is served.

    What is too complex to clean at once in bounded time is shown as plain text: see `mailserver.html_process`
    for the way around.
    """
    tokens = list(markup.tokens(html))
    if not is_simple(html, tokens):
        return as_text(html)
    return clean(html, tokens, cid_url=cid_url, remote=remote)


def as_text(html: str) -> SafeHtml:
    """The words of `html`: the fall-back for what can't be shown otherwise."""
    shown = text_to_html(to_text(html[: 4 * MAX_TEXT])[:MAX_TEXT])
    return SafeHtml(shown, 0, document(shown))


def clean(
    html: str, tokens: Sequence[markup.Token], *, cid_url: Callable[[str], str | None], remote: bool
) -> SafeHtml:
    """Clean without asking how long it takes; `tokens` are those of `html`."""
    inlined = _inlined(html)
    folded = quote_html.fold(inlined, tokens if inlined is html else list(markup.tokens(inlined)))
    filter_ = _Filter(cid_url, remote)
    cleaned = nh3.clean(
        _BODY.sub(_as_div, folded, count=1),
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        attribute_filter=filter_.attribute,
        allowed_classes={"details": {"quote"}, "div": {"plain"}},
        set_tag_attribute_values=_LINK_VALUES,
        link_rel=None,
        url_schemes=_SCHEMES,
        strip_comments=True,
    )
    return SafeHtml(cleaned, len(filter_.remote_urls), document(cleaned))


def document(body: str) -> str:
    """A page for the frame around safe HTML."""
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>\n"
    )


def is_simple(html: str, tokens: Sequence[markup.Token], *, scale: int = 1) -> bool:
    """Whether cleaning takes well under a second times `scale`: size, tags, depth, attributes.

    HTML parsers are quadratic in nested elements, in unclosed formatting elements times blocks, and in the
    attributes of one tag; so elements left open are counted by name, whatever closes around them.
    """
    if len(html) > 1_000_000 * scale or len(tokens) > 60_000 * scale:
        return False
    measure = _Depth()
    for token in tokens:
        if len(token.attributes) > 4000 and token.attributes.count("=") + token.attributes.count("/") > 5000:
            return False
        if token.name and token.name not in markup.VOID:
            measure.count(token)
    return measure.deepest <= 256 * scale and measure.deepest * len(tokens) <= 2_000_000 * scale


class _Depth:
    """How deep elements may nest: an estimate from above, up to a small factor."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self.containers = self.depth = self.deepest = 0

    def count(self, token: markup.Token) -> None:
        """Follow a start or end tag."""
        name = token.name
        implied = name in _ENDS_BY_ITSELF
        if token.closing:
            if not self.open[name]:
                return
            step = -1
        elif implied and self.open[name] > self.containers:
            # The one before ends here: nested ones need another element in between.
            return
        else:
            step = 1
        self.open[name] += step
        self.depth += step
        self.containers += 0 if implied else step
        self.deepest = max(self.deepest, self.depth)


def _inlined(html: str) -> str:
    """Styles of <style> moved to the elements; `html` itself when it has none or they can't be read."""
    if "<style" not in html.lower() or len(html) > _MAX_CSS * 5:
        return html
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
    try:
        return str(inliner.inline(html))
    except css_inline.InlineError:
        return html


def _as_div(match: re.Match[str]) -> str:
    """<body> as a <div> that looks the same: the page around it is ours."""
    given = markup.attributes(next(markup.tokens(match[0])))
    old = {"background-color": given.get("bgcolor"), "color": given.get("text")}
    styles = [f"{name}:{value}" for name, value in old.items() if value and _COLOUR.fullmatch(value)]
    styles.append(given.get("style", ""))
    return f'<div style="{escape(";".join(styles))}">'


class _Filter:
    """Judges each attribute that the sanitiser would keep; its answer is written as it is."""

    def __init__(self, cid_url: Callable[[str], str | None], remote: bool) -> None:
        self.cid_url = cid_url
        self.remote = remote
        self.remote_urls: set[str] = set()

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """The value to write, or None to drop the attribute."""
        if name == "style":
            return style.clean(value, self.picture)
        if name in ("src", "background"):
            return self.picture(value)
        if name == "href":
            return _link(value)
        if name in ("width", "height") and tag == "img" and value.strip() in ("0", "1"):
            return "0"
        return value

    def picture(self, value: str) -> str | None:
        """Where a picture is loaded from: the message, the value itself, the web when allowed; or None."""
        url = _URL_NOISE.sub("", value)
        if url[:4].lower() == "cid:":
            return self.cid_url(markup.content_id(url[4:]))
        if _DATA.match(url):
            return url if len(url) <= _MAX_DATA_URL else None
        if not _REMOTE.match(url):
            return None
        self.remote_urls.add(url)
        return (url if ":" in url[:6] else f"https:{url}") if self.remote else None


def _link(value: str) -> str | None:
    url = _URL_NOISE.sub("", value)
    if url[:4].lower() == "www.":
        url = f"http://{url}"
    return url if _LINK.match(url) else None
