"""A form that writes the query, for who doesn't know the operators."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseLocation

from mailserver.query import And, Day, Has, In, Node, Not, Or, Size, Text, joined, parse, write
from webmail.forms import SearchForm

from . import places, sidebar
from .access import account_required
from .search import query_of

_FIELDS = {"sender": "from", "recipient": "to", "subject": "subject"}
_UNITS = {"K": 1 << 10, "M": 1 << 20}
_DAY = timedelta(days=1)


@account_required
def options(request: HttpRequest) -> HttpResponse:
    """Show the fields of a query, and lead to the one they make."""
    where = _places(request)
    if request.method == "POST":
        form = SearchForm(request.POST, where=where)
        if form.is_valid():
            return _to(request, write(tree_of(form.cleaned_data)))
        return render(request, "search/options.html", {"form": form}, status=422)
    form = SearchForm(initial=fields_of(parse(query_of(request)).tree), where=where)
    return render(request, "search/options.html", {"form": form})


def tree_of(fields: dict[str, Any]) -> Node | None:
    """Make a query of the form's fields."""
    return joined(And, _conditions(fields))


def fields_of(tree: Node | None) -> dict[str, Any]:
    """Put a query into the form's fields; what no field can hold stands among the words."""
    fields: dict[str, Any] = {}
    words: list[Node] = []
    for part in tree.nodes if isinstance(tree, And) else [tree] if tree else []:
        name, value = _field(part)
        if name and name not in fields:
            fields[name] = value
            if isinstance(part, Size):
                fields |= _size_fields(part)
        elif isinstance(part, Not) and isinstance(part.node, Text) and not part.node.field:
            fields["without"] = f"{fields.get('without', '')} {write(part.node)}".strip()
        else:
            words.append(part)
    return fields | {"words": write(joined(And, words))}


def _conditions(fields: dict[str, Any]) -> Iterator[Node]:
    for name, operator in _FIELDS.items():
        if value := fields[name].replace('"', " ").strip():
            yield Text(value, operator, exact=not _is_word(value))
    if words := parse(fields["words"]).tree:
        yield words
    if without := parse(fields["without"]).tree:
        yield from (Not(node) for node in (without.nodes if isinstance(without, And | Or) else (without,)))
    if fields["place"]:
        yield In(fields["place"])
    if fields["since"]:
        yield Day(False, fields["since"])
    if fields["until"]:
        yield Day(True, fields["until"] + _DAY)
    if fields["size"]:
        yield Size(fields["size_is"] == "larger", fields["size"] * _UNITS[fields["size_unit"]])
    if fields["attachment"]:
        yield Has("attachment")


def _is_word(value: str) -> bool:
    tree = parse(f"from:{value}").tree
    return isinstance(tree, Text) and tree.value == value


def _field(part: Node) -> tuple[str, Any]:
    """Name the field that holds a condition, and its value there; "" for none."""
    match part:
        case Text(value, field, _, False) if field in _FIELDS.values():
            return next(name for name, operator in _FIELDS.items() if operator == field), value
        case In(name):
            return "place", name
        case Day(before, day):
            return ("until", day - _DAY) if before else ("since", day)
        case Size(_, size):
            return "size", size
        case Has("attachment"):
            return "attachment", True
    return "", None


def _size_fields(size: Size) -> dict[str, Any]:
    unit = "M" if size.size % _UNITS["M"] == 0 else "K"
    return {
        "size": size.size // _UNITS[unit],
        "size_unit": unit,
        "size_is": "larger" if size.larger else "smaller",
    }


def _places(request: HttpRequest) -> list[tuple[str, str]]:
    """List where one can search: (what the query says, name)."""
    return [
        ("", _("All mail but Spam and Trash")),
        ("anywhere", _("All mail, Spam and Trash too")),
        *((row.role or row.path, places.name_of(row)) for row in sidebar.mailboxes_of(request)),
    ]


def _to(request: HttpRequest, query: str) -> HttpResponse:
    url = f"{reverse('search')}?{urlencode({'q': query})}"
    return HttpResponseLocation(url, target="#main", swap="outerHTML") if request.htmx else redirect(url)
