"""Tags of the pages: icons, stylesheet and scripts."""

import json
from collections.abc import Hashable
from functools import cache
from typing import NamedTuple

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mailserver.message import script
from webmail import assets

from .stencil import draw

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon of the sprite; it says nothing by itself, so its button needs a label."""
    return _icon(name, classes)


@cache
def _icon(name: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("icons.svg"),
        name,
    )


@register.filter
def language(text: str) -> str:
    """Name the language that the script of a foreign text tells; "" when it doesn't: `lang=""` is unknown."""
    return script.language(text)


@register.filter
def as_json(value: object) -> str:
    """Write a value as scripts read it from an attribute."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@register.simple_tag
def stylesheet() -> SafeString:
    """Link the one stylesheet."""
    return format_html('<link rel="stylesheet" href="{}">', reverse("stylesheet", args=[assets.version()]))


@register.simple_tag
def behaviours() -> SafeString:
    """Load htmx, then every behaviour as a module."""
    return _behaviours()


@cache
def _behaviours() -> SafeString:
    modules = ((static(path),) for path in assets.behaviours())
    htmx = format_html('<script defer src="{}"></script>\n', static(assets.htmx()))
    return htmx + format_html_join("\n", '<script type="module" src="{}"></script>', modules)


class _Asked(NamedTuple):
    asked: Hashable


@register.simple_tag
def constant(template_name: str, asked: Hashable = None, **values: object) -> SafeString:
    """Include a template that depends on the language and the choice `asked`; it is rendered once for each.

    It may write `values`, but not ask about them.
    """
    return draw(template_name, values, _Asked(asked))
