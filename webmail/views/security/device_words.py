"""What a browser says it is, in words: "Firefox on Windows"."""

import re
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from webmail.models import Session
from webmail.store.open_sessions import handle

# The first that fits: most browsers say they are others, too.
_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("MQQBrowser/|QQBrowser/", "QQ Browser"),
    ("EdgA?/|EdgiOS/", "Edge"),
    ("OPR/|Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrome/|CriOS/|Chromium/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X|Macintosh", "macOS"),
    ("Linux|X11", "Linux"),
)


class Line(NamedTuple):
    """A session as the page shows it."""

    handle: str
    name: str
    ip: str
    seen_at: datetime | None
    since: datetime | None
    is_this: bool
    is_phone: bool


def line(session: Session, is_this: bool) -> Line:
    """Say where somebody is signed in."""
    return Line(
        handle=handle(session.session_key),
        name=named(session.program),
        ip=session.ip,
        seen_at=session.seen_at,
        since=session.signed_in_at,
        is_this=is_this,
        is_phone=bool(re.search("iPhone|Android|Mobile", session.program)),
    )


def named(program: str) -> str:
    """Name a browser and its system; what is none says itself what it is."""
    browser, system = _first(_BROWSERS, program), _first(_SYSTEMS, program)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or program[:60] or _("Unknown device")


def _first(names: tuple[tuple[str, str], ...], program: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, program)), "")
