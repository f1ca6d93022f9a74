"""What is said about a query: where it is wrong, and what might find more."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailserver.query import And, In, Node, Problem, joined, leaves, write
from mailserver.query.operators import STATES, STATUSES, THINGS

_TEXTS: dict[str, str | Promise] = {
    "missing": _("“%(detail)s:” needs a value after the colon."),
    "value": _("“%(detail)s:” takes one of: %(choices)s."),
    "date": _("“%(detail)s:” needs a day, as 2026/11/22."),
    "period": _("“%(detail)s:” needs a time span, as 3d, 2w, 6m or 1y."),
    "size": _("“%(detail)s:” needs a size, as 500K or 5M."),
    "domain": _("“%(detail)s:” needs a domain, as gmail.com."),
    "mailbox": _("You have no folder or label “%(detail)s”."),
    "arrival": _("“%(detail)s” is not known when a message arrives."),
    "terms": _("A search has at most 20 conditions."),
    "long": _("A search has at most 1,000 characters."),
    "deep": _("The brackets are nested too deeply."),
    "quote": _("A quotation mark is open; it was closed at the end."),
    "bracket": _("A bracket is open; it was closed at the end."),
    "stray_bracket": _("A bracket closes nothing, and was left out."),
    "stray_or": _("OR needs a condition on both sides, and was left out."),
    "operator": _("“%(text)s” is no operator and was searched for as a word. Did you mean “%(detail)s:”?"),
}
_CHOICES = {"is": STATES, "has": THINGS, "status": STATUSES}
_MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another search that might find more."""

    text: str
    url: str


def remarks(text: str, problems: Sequence[Problem]) -> list[str]:
    """Say each problem once, the errors only when there is one."""
    shown = [problem for problem in problems if problem.is_error] or list(problems)
    return list(dict.fromkeys(_said(text, problem) for problem in shown))


def marked_query(text: str, problems: Sequence[Problem]) -> SafeString:
    """Write the query with the wrong places marked."""
    pieces, end = [], 0
    for problem in sorted((each for each in problems if each.is_error), key=lambda each: each.start):
        if problem.start < end:
            continue
        pieces += [
            escape(text[end : problem.start]),
            f"<mark>{escape(text[problem.start : problem.end])}</mark>",
        ]
        end = problem.end
    return mark_safe("".join(pieces) + escape(text[end:]))  # noqa: S308 (each piece is escaped)


def suggestions(tree: Node | None) -> list[Suggestion]:
    """Propose wider searches for one that found nothing."""
    if tree is None:
        return []
    found = []
    if not any(isinstance(leaf, In) for leaf in leaves(tree)):
        found.append((gettext("Search Spam and Trash too"), joined(And, (tree, In("anywhere")))))
    if isinstance(tree, And):
        for part in tree.nodes[: -_MOST_HINTS - 1 : -1]:
            rest = joined(And, (each for each in tree.nodes if each is not part))
            found.append((gettext("Search without “%(part)s”") % {"part": write(part)}, rest))
    return [
        Suggestion(text, f"{reverse('search')}?{urlencode({'q': write(wider)})}") for text, wider in found
    ]


def _said(text: str, problem: Problem) -> str:
    values = {
        "detail": problem.detail,
        "choices": ", ".join(_CHOICES.get(problem.detail, ())),
        "text": text[problem.start : problem.end],
    }
    return str(_TEXTS[problem.code]) % values
