"""The page of rules: in their order, switched on and off, moved, deleted."""

from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from webmail.models import Rule
from webmail.store import queries, rules

from . import places, rule_words, sidebar
from .access import account_required
from .toast import say

_STEPS = {"up": -1, "down": 1}


class Line(NamedTuple):
    """A rule as the page shows it."""

    rule: Rule
    acts: list[str]
    hits: str


@require_safe
@account_required
def rule_list(request: HttpRequest) -> HttpResponse:
    """Show all rules."""
    names = {row.id: places.name_of(row) for row in sidebar.mailboxes_of(request)}
    lines = [
        Line(rule, rule_words.acts(rule, names), rule_words.hits(rule))
        for rule in queries.rules(request.account.pk)
    ]
    return render(request, "rules/list.html", {"lines": lines})


@require_POST
@account_required
def move(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Move a rule up or down by one place."""
    rule = own(request, rule_id)
    rules.move(request.account.pk, rule.pk, _STEPS.get(request.POST.get("to", ""), 0))
    return redirect("rules")


@require_POST
@account_required
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Let a rule work, or rest."""
    rule = own(request, rule_id)
    rules.switch(request.account.pk, rule.pk, on=bool(request.POST.get("on")))
    return redirect("rules")


@require_POST
@account_required
def delete(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Forget a rule; mail stays where it is."""
    rule = own(request, rule_id)
    done = rules.delete(request.account.pk, rule.pk)
    say(request, _("Rule %(name)s deleted") % {"name": rule}, done)
    return redirect("rules")


def own(request: HttpRequest, key: int) -> Rule:
    """Find the person's own."""
    for rule in queries.rules(request.account.pk):
        if rule.pk == key:
            return rule
    raise Http404
