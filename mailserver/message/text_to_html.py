"""Plain text as HTML: escaped piece by piece, addresses made links, quotes folded."""

import re
from html import escape

from . import quote, quote_html

# No character of an East Asian text: "见https://x.test/a，谢谢" ends before the comma.
_EAST_ASIAN = "\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef\u3000-\u303f“”‘’…"
_LINK = re.compile(
    rf"(?P<url>\b(?:https?://|www\.)[^\s<>\"{_EAST_ASIAN}]{{2,2000}})"
    r"|(?P<mail>(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}\b)",
    re.ASCII,
)
# Characters searched for links and quotes; what comes after is shown as it is.
MAX_MARKED = 300_000
_TRAILING = ".,;:!?'*_~>"
_PAIRS = {")": "(", "]": "[", "}": "{"}
LINK_ATTRIBUTES = 'target="_blank" rel="noopener noreferrer nofollow"'


def text_to_html(text: str) -> str:
    """Safe HTML in <div class="plain">, to be shown pre-wrap; quotes in <details class="quote">."""
    text = text.strip("\n")
    cut = len(text) if len(text) <= MAX_MARKED else text.rfind("\n", 0, MAX_MARKED) + 1 or MAX_MARKED
    segments = quote.split(text[:cut])
    if all(segment.quoted for segment in segments):
        marked = _block(text[:cut])
    else:
        marked = "".join(map(_segment, segments))
    rest = f'<div class="plain">{escape(text[cut:])}</div>' if cut < len(text) else ""
    return marked + rest


def _segment(segment: quote.Segment) -> str:
    block = _block("\n".join(segment.lines))
    return f"{quote_html.OPEN}{block}{quote_html.CLOSE}" if segment.quoted else block


def _block(text: str) -> str:
    return f'<div class="plain">{linkify(text)}</div>'


def linkify(text: str) -> str:
    """`text` escaped, its web and mail addresses as links."""
    pieces: list[str] = []
    position = 0
    for match in _LINK.finditer(text):
        shown = _trimmed(match[0])
        pieces.append(escape(text[position : match.start()]))
        scheme = "mailto:" if match["mail"] else "" if "://" in shown else "http://"
        pieces.append(f'<a href="{escape(scheme + shown)}" {LINK_ATTRIBUTES}>{escape(shown)}</a>')
        position = match.start() + len(shown)
    pieces.append(escape(text[position:]))
    return "".join(pieces)


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a bracket stays when its pair is inside."""
    while address:
        last = address[-1]
        lone = last in _PAIRS and address.count(last) > address.count(_PAIRS[last])
        if last not in _TRAILING and not lone:
            break
        address = address[:-1]
    return address
