"""A rule is made or changed: from nothing, a message or a search; rehearsed first, applied to old mail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailserver.message import header, unsubscribe
from mailserver.query import Text, knowable, parse, unknowable, write
from webmail.store import bulk as storing
from webmail.store import queries, rules
from webmail.store.rules import RuleError, Written

from . import answers, bulk, located, rule_list, search_words, sidebar
from .access import account_required
from .rehearsing import Rehearsed, counted, fitting, rehearsed
from .rule_fields import RuleForm, fields_of_rule, query_of
from .search_options import fields_of


@account_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a rule; `message` or `q` says for which mail."""
    if request.method == "POST":
        return _save(request, None)
    initial, left_out = _initial(request)
    return _page(request, _form(request, initial=initial), None, left_out=left_out, query=query_of(initial))


@account_required
def edit(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule."""
    rule = rule_list.own(request, rule_id)
    if request.method == "POST":
        return _save(request, rule.pk)
    return _page(request, _form(request, initial=fields_of_rule(rule)), rule.pk, query=rule.query)


def _initial(request: HttpRequest) -> tuple[dict[str, Any], list[str]]:
    """Fill the fields by what is pointed at; and what of a search had to be left out."""
    if key := request.GET.get("message", ""):
        return _like(request, int(key) if key.isdecimal() and len(key) < 19 else 0), []
    text = request.GET.get("q", "").strip()
    parsed = parse(text)
    if parsed.errors:
        return {"words": text}, []
    problems = unknowable(parsed.tree)
    return fields_of(knowable(parsed.tree)), search_words.remarks(text, problems)


def _like(request: HttpRequest, message_id: int) -> dict[str, Any]:
    """Name what a message has in common with others like it: its list, else its sender."""
    letter = located.letter_of(located.message_of(request, message_id))
    fields = header.fields(letter.raw[letter.root.start : letter.root.body])
    key = unsubscribe.list_key(fields, "").strip("<>").replace('"', " ")
    common = (
        {"words": write(Text(key, "list", exact=True))} if key else {"sender": letter.message.from_address}
    )
    return common | {"never_spam": "never_spam" in request.GET}


def _form(request: HttpRequest, data: Any = None, initial: dict[str, Any] | None = None) -> RuleForm:
    labels = [(row.id, row.path) for row in sidebar.mailboxes_of(request) if not row.role]
    found = queries.forward_addresses(request.account.pk)
    addresses = [(each.pk, each.address) for each in found if each.verified_at]
    return RuleForm(data, initial=initial, labels=labels, addresses=addresses)


def _save(request: HttpRequest, key: int | None) -> HttpResponse:
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, key, status=422)
    if request.POST.get("rehearse"):
        tried = rehearsed(request, form.tree)
        return _page(request, form, key, rehearsed=tried, query=form.written.query)
    try:
        if key is None:
            rules.create(request.account.pk, form.written)
        else:
            rules.change(request.account.pk, key, form.written)
    except RuleError:
        form.add_error(None, _("There are too many rules. Delete one first."))
        return _page(request, form, key, status=422)
    return (
        _applied(request, form)
        if form.cleaned_data["apply"]
        else answers.act(request, "inbox", _("Rule saved"), "")
    )


def _applied(request: HttpRequest, form: RuleForm) -> HttpResponse:
    """Do it to mail that is here, too; it is undone by itself, the rule stays."""
    total, is_complete = counted(request, form.tree)
    written = form.written
    asked = storing.Asked(
        bulk.RULE,
        add=(written.mailbox_id,) if written.mailbox_id and not written.trashes else (),
        also=_also(written),
        query=queries.came_and_fits(form.tree),
        total=total if is_complete else None,
        unit="message",
    )
    return answers.bulk(request, "inbox", bulk.start(request, asked), _("Rule saved."))


def _also(written: Written) -> tuple[str, ...]:
    acts = {
        "star": written.stars,
        "read": written.marks_read,
        "archive": written.archives and not written.trashes,
        "trash": written.trashes,
    }
    return tuple(name for name, wanted in acts.items() if wanted)


def _page(
    request: HttpRequest,
    form: RuleForm,
    key: int | None,
    *,
    left_out: list[str] | None = None,
    rehearsed: Rehearsed | None = None,
    query: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "rule_id": key,
        "action": reverse("rule_edit", args=[key]) if key else reverse("rule_new"),
        "left_out": left_out or [],
        "rehearsed": rehearsed,
        "fitting": fitting(request, query) if query else "",
        "next": request.POST.get("next") or request.htmx.current_url_abs_path or reverse("rules"),
    }
    return render(request, "rules/form.html", context, status=status)
