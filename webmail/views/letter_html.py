"""HTML of a letter between the editor, where pictures have addresses, and the wire, where they have cids."""

import re
from collections.abc import Callable, Collection, Mapping
from urllib.parse import parse_qs, urlsplit

import nh3

from mailserver.message import markup, style
from mailserver.message.text_to_html import linkify

_TAGS = nh3.ALLOWED_TAGS - {"article", "aside", "nav", "footer", "header", "figure"} | {"font", "center"}
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "align"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "blockquote": {"type", "cite"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "td": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "tr": {"bgcolor", "valign"},
    "ol": {"start", "type"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")


def to_wire(html: str, cids: Collection[str]) -> str:
    """Make the editor's HTML what is sent: own pictures by cid:, no other address of this site."""

    def source(value: str) -> str | None:
        cid = parse_qs(urlsplit(value).query).get("cid", [""])[0]
        return f"cid:{cid}" if cid in cids else None

    return _clean(html, source)


def to_editor(html: str, urls: Mapping[str, str]) -> str:
    """Make a stored letter's HTML what the editor shows: pictures by the address of their part."""
    return _clean(html, lambda _value: None, urls)


def from_text(text: str) -> str:
    """Make plain text what the editor shows: its lines by <br>, which white space would not survive."""
    return f"<div>{linkify(text).replace(chr(10), '<br>')}</div>"


def shown_cids(html: str, cids: Collection[str]) -> set[str]:
    """Tell which of the pictures the HTML shows."""
    shown = markup.content_ids(html)
    return {cid for cid in cids if markup.content_id(cid) in shown}


def _clean(html: str, source: Callable[[str], str | None], urls: Mapping[str, str] | None = None) -> str:
    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return style.clean(value, _no_picture)
        if name not in {"src", "href", "cite"}:
            return value
        if tag == "img" and name == "src" and _DATA_PICTURE.fullmatch(value):
            return value
        scheme = urlsplit(value).scheme
        if tag == "img" and scheme == "cid" and urls is not None:
            return urls.get(value[4:])
        if scheme in _SCHEMES:
            return value
        return source(value) if tag == "img" and not scheme else None

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=_SCHEMES | {"data"},
        url_relative="pass_through",
        link_rel=None,
    )


def _no_picture(_url: str) -> None:
    """A background is not fetched while one writes, nor sent on."""
