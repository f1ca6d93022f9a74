"""Where in a list a page stands, in words."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from webmail.store.queries import Page


def range_text(page: Page[Any], total: int | None) -> str:
    """Write "1–50 of 1,234"; without the total where counting would read the whole list; "" when empty."""
    if not page.rows:
        return ""
    first, last = page.start + 1, page.start + len(page.rows)
    span = {"first": number(first), "last": number(last)}
    if total is None:
        return _("%(first)s–%(last)s") % span
    return _("%(first)s–%(last)s of %(total)s") % (span | {"total": number(max(total, last))})


def number(value: int) -> str:
    """Write a number as the reader's language does."""
    return number_format(value, use_l10n=True, force_grouping=True)
