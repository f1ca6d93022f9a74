"""A list with all that stands around its lines, drawn from one template for each state of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from webmail.models import Unit
from webmail.templatetags import stencil


class _Asked(NamedTuple):
    """What the frame of a list depends on."""

    role: str
    unit: Unit
    pane: str
    together: bool
    shows_recipients: bool
    has_lines: bool
    has_newer: bool
    has_older: bool
    is_counted: bool
    is_query: bool
    is_saved: bool
    failed: bool
    has_screener: bool
    is_waiting: bool
    snoozes: bool


class _Full(NamedTuple):
    """What a list with lines will say when the last has gone."""

    role: str
    has_lines: bool = True
    query: bool = True


def around(request: HttpRequest, context: Mapping[str, Any]) -> dict[str, object]:
    """Draw the list of a page from all that it shows, and what its pane says while nothing is open."""
    nothing = _nothing(context)
    values = _values(request, context) | {"nothing": nothing}
    frame = stencil.draw("list/frame.html", values, _asked(request, context))
    return dict(context) | {"frame": frame, "nothing": nothing}


def _asked(request: HttpRequest, context: Mapping[str, Any]) -> _Asked:
    place, page, waiting = context["place"], context["page"], context.get("waiting")
    return _Asked(
        role=place.role,
        unit=context["unit"],
        pane=request.user.reading_pane,
        together=request.user.conversation_view,
        shows_recipients=place.shows_recipients,
        has_lines=bool(context["lines"]),
        has_newer=bool(page.previous),
        has_older=bool(page.next),
        is_counted=place.mailbox is not None,
        is_query=bool(context.get("query")),
        is_saved=bool(context.get("saved_id")),
        failed=context.get("failed", False),
        has_screener=waiting is not None,
        is_waiting=bool(waiting),
        snoozes=bool(context["tools"].times),
    )


def _values(request: HttpRequest, context: Mapping[str, Any]) -> dict[str, object]:
    """All that the frame only writes."""
    place, where, page = context["place"], context["stand"], context["page"]
    tools, everything, query = context["tools"], context["everything"], context.get("query", "")
    return {
        "csrf_token": get_token(request),
        "slug": place.slug,
        "name": place.name,
        "mailbox_id": place.mailbox_id,
        "modseq": context["modseq"],
        "address": where.address,
        "ending": where.ending,
        "newer": f"{where.base}after={page.previous}",
        "older": f"{where.base}before={page.next}",
        "start": page.start,
        "total": context.get("total"),
        "range": context["range"],
        "query": query,
        "query_quoted": quote(query),
        "saved": context.get("saved_id"),
        "all": everything.all,
        "all_here": everything.page,
        "choose": everything.choose,
        "chosen": everything.chosen,
        "waiting": context.get("waiting"),
        "bulk": tools.bulk,
        "row": tools.row,
        "times": tools.times,
        "rows": context["lines"].html,
        "remarks": _remarks(context),
        "empty": _empty(context),
    }


def _remarks(context: Mapping[str, Any]) -> str:
    """Say what is to be said of a query."""
    found = context.get("found")
    if found is None or not (found.problems or found.stopped or not context["lines"]):
        return ""
    return render_to_string("search/head.html", dict(context))


def _empty(context: Mapping[str, Any]) -> str:
    """Say why it is empty, or will be when the last line has gone."""
    place = context["place"]
    if context["lines"]:
        return stencil.draw("list/empty.html", {}, _Full(place.role))
    return render_to_string("list/empty.html", dict(context) | {"role": place.role})


def _nothing(context: Mapping[str, Any]) -> SafeString:
    unread = context.get("unread", 0)
    said = ngettext("%(count)s unread conversation", "%(count)s unread conversations", unread)
    values = {"slug": context["place"].slug}
    values["said"] = said % {"count": unread} if unread else gettext("Nothing is open")
    return stencil.draw("conversation/nothing.html", values)
