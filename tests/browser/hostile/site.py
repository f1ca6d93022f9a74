"""The site with one of its guards off, as the tests want it: served by granian in a process of theirs.

HOSTILE_OFF names what is off: "sanitiser", "frame", or both with a comma. The product has no such switch.
"""

import os

from mailserver import html_process
from mailserver.message.html import SafeHtml
from webmail import asgi
from webmail.pages import Message, Receive, Send
from webmail.views import body

OFF = os.environ.get("HOSTILE_OFF", "").split(",")


def _unsanitised(source: str, **_: object) -> SafeHtml:
    return SafeHtml(source)


def _permissive(*_: object) -> str:
    return "default-src * 'unsafe-inline' 'unsafe-eval' data: blob: filesystem:"


async def _without_sandbox(scope: Message, receive: Receive, send: Send) -> None:
    async def changed(message: Message) -> None:
        if message["type"] == "http.response.body" and message.get("body"):
            # As long as it was: its length is told already.
            message["body"] = message["body"].replace(b' sandbox="allow', b' sandbux="allow')
        await send(message)

    # What is packed can't be changed.
    plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
    await asgi.application({**scope, "headers": plain}, receive, changed)


application = asgi.application
if "sanitiser" in OFF:
    html_process.safe = _unsanitised
if "frame" in OFF:
    body.policy = _permissive
    application = _without_sandbox
