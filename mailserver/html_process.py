"""html.safe in a child process that is killed when it takes too long: hostile HTML can't hold the server.

Run as `python -m mailserver.html_process` it is that child: one JSON line in, one out.
"""

from typing import TypedDict

from .child import Child, serve
from .message import html, markup
from .message.html import SafeHtml
from .message.picture import CidUrl
from .message.remote_picture import RemotePictures

DEADLINE_SECONDS = 2.0
MAX_CHARACTERS = 5_000_000
# What the child may take on, beside what is cleaned at once in the caller's thread.
_SCALE = 8


class Question(TypedDict):
    """What the child is asked; `pictures` is where each Content-ID is served, `remote` the RemotePictures."""

    html: str
    pictures: dict[str, str]
    remote: tuple[str, str] | None


class Answer(TypedDict):
    """What it says: the fields of SafeHtml."""

    html: str
    css: str
    remote_count: int
    trackers: list[str]


def safe(
    source: str,
    *,
    cid_url: CidUrl,
    remote: RemotePictures | None,
    seconds: float = DEADLINE_SECONDS,
) -> SafeHtml:
    """As `html.safe`, but what is not simple is cleaned by a child within `seconds`, or shown as text."""
    tokens = list(markup.tokens(source)) if len(source) <= MAX_CHARACTERS else []
    if tokens and html.is_simple(source, tokens):
        return html.clean(source, tokens, cid_url=cid_url, remote=remote)
    if not tokens or not html.is_simple(source, tokens, scale=_SCALE):
        return html.as_text(source)
    pictures = {cid: url for cid in markup.content_ids(source) if (url := cid_url(cid))}
    signed = (remote.prefix, remote.key) if remote else None
    answer: Answer | None = _CLEANER.ask(Question(html=source, pictures=pictures, remote=signed), seconds)
    if answer is None:
        return html.as_text(source)
    return SafeHtml(answer["html"], answer["css"], answer["remote_count"], tuple(answer["trackers"]))


class Cleaner(Child):
    """The child that cleans HTML."""

    def __init__(self) -> None:
        super().__init__("mailserver.html_process")


_CLEANER = Cleaner()


def _answer(question: Question) -> Answer:
    source = question["html"]
    found = html.clean(
        source,
        list(markup.tokens(source)),
        cid_url=question["pictures"].get,
        remote=RemotePictures(*question["remote"]) if question["remote"] else None,
    )
    return {
        "html": found.html,
        "css": found.css,
        "remote_count": found.remote_count,
        "trackers": list(found.trackers),
    }


if __name__ == "__main__":
    serve(_answer)
