"""Tags of the conversation page: the head of an open message, and the line of a closed one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from . import stencil

register = template.Library()


class _Head(NamedTuple):
    """What the head of an open message asks about."""

    is_report: bool
    has_name: bool
    is_me: bool
    is_proven: bool
    can_leave: bool
    bin: str
    is_deleted: bool
    flagged: bool
    other: str
    answers_all: bool


class _Row(NamedTuple):
    """What the line of a closed message asks about."""

    is_draft: bool
    bin: str
    is_deleted: bool
    has_attachment: bool
    flagged: bool


@register.simple_tag(takes_context=True)
def message_head(context: Mapping[str, Any]) -> SafeString:
    """Draw the head of `message`, its menu in it."""
    message = context["message"]
    answers_all = context["request"].user.default_reply == "reply_all"
    asked = _Head(
        message.is_report,
        bool(message.author.name),
        message.author.is_me,
        bool(message.proven),
        message.can_leave,
        message.bin,
        message.is_deleted,
        message.flagged,
        message.content.other,
        answers_all,
    )
    place = context.get("place")
    values = _common(message) | {
        "address": message.author.address,
        "to_line": message.to_line,
        "proven": message.proven,
        "people": format_html_join("\n", "<dt>{}</dt><dd>{}</dd>", _people(message.details)),
        "facts": format_html_join("\n", "<dt>{}</dt><dd>{}</dd>", message.facts),
        "slug": place.slug if place else "all",
    }
    return stencil.draw("conversation/head.html", values, asked)


@register.simple_tag(takes_context=True)
def message_row(context: Mapping[str, Any]) -> SafeString:
    """Draw the line of `message`, which opens it."""
    message = context["message"]
    asked = _Row(message.is_draft, message.bin, message.is_deleted, message.has_attachment, message.flagged)
    return stencil.draw("conversation/row.html", _common(message) | {"preview": message.preview}, asked)


def _common(message: Any) -> dict[str, object]:
    return {
        "id": message.id,
        "color": message.author.color,
        "initials": message.author.initials,
        "whole": message.author.whole,
        "iso": timezone.localtime(message.moment).isoformat(),
        "time": message.time,
        "time_full": message.time_full,
    }


def _people(details: Any) -> list[tuple[str, SafeString]]:
    return [
        (label, format_html_join("", "{}", [(_person(person),) for person in persons]))
        for label, persons in details
    ]


def _person(person: Any) -> SafeString:
    if person.name:
        return format_html("<span><bdi>{}</bdi> &lt;{}&gt;</span>", person.name, person.address)
    return format_html("<span>{}</span>", person.address)
