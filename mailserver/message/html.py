"""Foreign HTML made safe to show in a sandboxed frame: CSS inlined, quotes folded, cleaned last of all."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import css_inline
import nh3

from . import markup, media, quote_html, style
from .picture import URL_NOISE, CidUrl, Pictures
from .prepare import LINK_MARK, prepare
from .remote_picture import RemotePictures
from .text_to_html import text_to_html
from .to_text import to_text

__all__ = ["MAX_TEXT", "SafeHtml", "is_simple", "safe", "text_to_html", "to_text"]

MAX_TEXT = 500_000
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
    "xmp", "xml", "v:rect", "v:roundrect",
))  # fmt: skip
# Elements whose end tag may be left out (HTML §13.1.2.4).
_ENDS_BY_ITSELF = frozenset(("p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option"))
_CELL = {"colspan", "rowspan", "nowrap", "headers", "scope", "abbr"}
_ATTRIBUTES = {
    # No title: what it says over a link would hide where that leads.
    "*": {"style", "class", "id", "align", "valign", "dir", "lang", "width", "height"},
    "a": {"href"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
    "table": {"border", "cellpadding", "cellspacing", "frame", "rules"},
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
# Classes that are ours: a folded quote, plain text, the target of a link that deceives.
_MARKS = {"details": "quote", "div": "plain", "small": LINK_MARK}


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML fit for the frame, and `css` for it: a style sheet of its width rules.

    `remote_count`: distinct pictures of other hosts, shown or not, without `trackers`: names of who would
    have counted the reader, never asked. `is_text`: the look is lost, only the words are here.
    """

    html: str
    css: str = ""
    remote_count: int = 0
    trackers: tuple[str, ...] = ()
    is_text: bool = False


def safe(html: str, *, cid_url: CidUrl, remote: RemotePictures | None) -> SafeHtml:
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
    return SafeHtml(text_to_html(to_text(html[: 4 * MAX_TEXT])[:MAX_TEXT]), is_text=True)


def clean(
    html: str, tokens: Sequence[markup.Token], *, cid_url: CidUrl, remote: RemotePictures | None
) -> SafeHtml:
    """Clean without asking how long it takes; `tokens` are those of `html`."""
    return _clean(html, tokens, cid_url, remote.address if remote else None, for_screen=True)


def quotable(html: str, *, cid_url: CidUrl) -> str:
    """`html` safe to be quoted in an answer: unfolded, in its own colours, pictures by their addresses."""
    tokens = list(markup.tokens(html))
    if not is_simple(html, tokens):
        return as_text(html).html
    return _clean(html, tokens, cid_url, str, for_screen=False).html


def _clean(
    html: str,
    tokens: Sequence[markup.Token],
    cid_url: CidUrl,
    remote_url: Callable[[str], str] | None,
    *,
    for_screen: bool,
) -> SafeHtml:
    """Nothing is edited after nh3: what it writes is what is shown."""
    inlined = _inlined(html)
    same = inlined is html
    prepared, invisible = prepare(inlined, tokens if same else list(markup.tokens(inlined)), marks=for_screen)
    folded = quote_html.fold(prepared) if for_screen else prepared
    pictures = Pictures(cid_url, remote_url, invisible)
    sheet = media.rules(html, pictures.address) if for_screen else media.NONE
    cleaned = nh3.clean(
        folded,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        attribute_filter=_Filter(pictures, sheet.names, both_grounds=for_screen).attribute,
        set_tag_attribute_values=_LINK_VALUES,
        link_rel=None,
        url_schemes=_SCHEMES,
        strip_comments=True,
    )
    return SafeHtml(cleaned, sheet.css, len(pictures.remote_urls), tuple(sorted(pictures.trackers)))


def is_simple(html: str, tokens: Sequence[markup.Token], *, scale: int = 1) -> bool:
    """Whether cleaning takes well under a second times `scale`: size, tags, depth, attributes.

    HTML parsers are quadratic in nested elements, in unclosed formatting elements times blocks, and in the
    attributes of one tag; so elements left open are counted by name, whatever closes around them.
    """
    if len(html) > 1_000_000 * scale or len(tokens) > 60_000 * scale:
        return False
    # Each rule may be written into each element.
    styles = sum(token.end - token.start for token in tokens if _is_style(html, token))
    if styles * len(tokens) > 50_000_000 * scale:
        return False
    measure = _Depth()
    for token in tokens:
        if len(token.attributes) > 4000 and token.attributes.count("=") + token.attributes.count("/") > 5000:
            return False
        if token.name and token.name not in markup.VOID:
            measure.count(token)
    return measure.deepest <= 256 * scale and measure.deepest * len(tokens) <= 2_000_000 * scale


def _is_style(html: str, token: markup.Token) -> bool:
    return not token.name and not token.text and html[token.start : token.start + 6].lower() == "<style"


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
    """Styles of <style> moved to the elements; `html` itself when it has none, can't be read or bursts."""
    if "<style" not in html.lower() or len(html) > _MAX_CSS * 5:
        return html
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
    try:
        inlined = str(inliner.inline(html))
    except css_inline.InlineError:
        return html
    return inlined if len(inlined) <= 5 * len(html) + _MAX_CSS else html


class _Filter:
    """Judges each attribute that the sanitiser would keep; its answer is written as it is."""

    def __init__(self, pictures: Pictures, names: Collection[str], *, both_grounds: bool) -> None:
        self.pictures = pictures
        self.names = names
        self.both_grounds = both_grounds

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """The value to write, or None to drop the attribute."""
        if name == "style":
            return style.clean(value, self.pictures.address, both_grounds=self.both_grounds)
        if name == "src":
            return self.pictures.address(value)
        if name == "href":
            return _link(value)
        if name == "class":
            return self._classes(tag, value)
        if name == "id":
            return media.PREFIX + value if value in self.names else None
        if name in ("width", "height") and tag == "img" and value.strip() in ("0", "1"):
            return "0"
        return value

    def _classes(self, tag: str, value: str) -> str | None:
        """Those of our own marks, and those that a width rule names."""
        if value == _MARKS.get(tag):
            return value
        return " ".join(media.PREFIX + name for name in value.split() if name in self.names) or None


def _link(value: str) -> str | None:
    url = URL_NOISE.sub("", value)
    if url[:4].lower() == "www.":
        url = f"http://{url}"
    return url if _LINK.match(url) else None
