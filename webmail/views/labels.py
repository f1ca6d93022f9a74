"""Labels: made, changed, shown and hidden, merged, deleted; each with an Undo."""

from urllib.parse import urlsplit

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseLocation

from webmail.forms import LabelForm, MergeForm
from webmail.models import Shown
from webmail.store import mailboxes, queries, undo
from webmail.store import merge as merging
from webmail.store.done import Done
from webmail.store.mailbox_names import MailboxError, is_below
from webmail.store.queries import MailboxRow

from . import places, sidebar
from .access import account_required, wants_json
from .toast import say

PAGE_LABELS = 200
# Pages that a dialog over them leads back to.
_STAY = frozenset({"mailbox", "labels", "search", "conversation"})


@require_safe
@account_required
def index(request: HttpRequest) -> HttpResponse:
    """Show all labels, or those with the words of `q` in their names."""
    query = request.GET.get("q", "").strip()
    words = query.casefold().split()
    found = [row for row in _labels(request) if all(word in row.path.casefold() for word in words)]
    start = int(first) if (first := request.GET.get("from", "")).isdecimal() and len(first) < 7 else 0
    context = {
        "labels": found[start : start + PAGE_LABELS],
        "query": query,
        "total": len(found),
        "previous": max(0, start - PAGE_LABELS) if start else None,
        "next": start + PAGE_LABELS if len(found) > start + PAGE_LABELS else None,
        "choices": LabelForm.base_fields["shown"].choices,
    }
    return render(request, "labels/page.html", context)


@account_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a label; `/` in its name nests it."""
    form = LabelForm(
        request.POST or None, initial={"parent": request.GET.get("under")}, above=_labels(request)
    )
    if request.method == "POST" and form.is_valid():
        path, color = form.full_path, form.cleaned_data["color"]
        shown = form.cleaned_data["shown"] or Shown.ALWAYS
        try:
            mailbox_id, done = mailboxes.create(request.account.pk, path, color=color, shown=shown)
        except MailboxError as error:
            form.refuse(error.code)
        else:
            if wants_json(request):
                return JsonResponse({"id": mailbox_id, "path": path, "color": color})
            say(request, _("Label made"), done)
            return _to(request, f"label-{mailbox_id}")
    if request.method == "POST" and wants_json(request):
        return JsonResponse({"errors": [str(each) for each in form.errors.values()]}, status=422)
    return _form(request, form, reverse("label_new"), None)


@account_required
def edit(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Rename, nest, recolour, show or hide a label."""
    label = _own(request, mailbox_id)
    form = LabelForm(request.POST or None, initial=_fields(request, label), above=_not_below(request, label))
    if request.method == "POST" and form.is_valid():
        try:
            done = _change(request.account.pk, label, form)
        except MailboxError as error:
            form.refuse(error.code)
        else:
            say(request, _("Label changed"), done)
            return _back(request, f"label-{label.id}")
    return _form(request, form, reverse("label_edit", args=[label.id]), label)


@require_POST
@account_required
def show(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Say when the sidebar shows a label."""
    label = _own(request, mailbox_id)
    shown = request.POST.get("shown", "")
    if shown not in Shown:
        return HttpResponseBadRequest()
    done = mailboxes.show(request.account.pk, label.id, shown)
    if wants_json(request):
        token = undo.remember(request.account.pk, done)
        return JsonResponse({"text": _("Label changed"), "undo": reverse("undo", args=[token])})
    say(request, _("Label changed"), done)
    return redirect("labels")


@account_required
def merge(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Put what has one label under another instead."""
    label = _own(request, mailbox_id)
    form = MergeForm(request.POST or None, into=_not_below(request, label))
    if request.method == "POST" and form.is_valid():
        into = _own(request, form.cleaned_data["into"])
        done = merging.merge(request.account.pk, label.id, into.id)
        words = _("%(name)s merged into %(other)s") % {"name": label.path, "other": into.path}
        say(request, words, done)
        return _back(request, f"label-{into.id}")
    context = {"form": form, "label": label}
    return render(request, "labels/merge.html", context, status=422 if form.errors else 200)


@require_POST
@account_required
def delete(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Delete a label and those below it; its mail stays where else it stands, or in Archive."""
    label = _own(request, mailbox_id)
    under = _under(request, label)
    done = mailboxes.delete_tree(request.account.pk, label.id)
    words = ngettext(
        "Label %(name)s and %(count)d label below it deleted",
        "Label %(name)s and %(count)d labels below it deleted",
        under,
    )
    said = words if under else _("Label %(name)s deleted")
    say(request, said % {"name": label.path, "count": under}, done)
    return _back(request, "inbox")


def _change(account_id: int, label: MailboxRow, form: LabelForm) -> Done:
    """Change what is another than it was; the way back is one."""
    return mailboxes.alter(
        account_id,
        label.id,
        path=form.full_path,
        color=form.cleaned_data["color"],
        shown=form.cleaned_data["shown"],
    )


def _labels(request: HttpRequest) -> list[MailboxRow]:
    return [row for row in sidebar.mailboxes_of(request) if not row.role]


def _own(request: HttpRequest, mailbox_id: int) -> MailboxRow:
    """Find the person's own label; a mailbox with a role is none."""
    for row in _labels(request):
        if row.id == mailbox_id:
            return row
    raise Http404


def _under(request: HttpRequest, label: MailboxRow) -> int:
    return sum(is_below(row.path, label.path) for row in _labels(request))


def _not_below(request: HttpRequest, label: MailboxRow) -> list[MailboxRow]:
    """List the labels that this one may go under, or be merged into."""
    return [row for row in _labels(request) if row.id != label.id and not is_below(row.path, label.path)]


def _fields(request: HttpRequest, label: MailboxRow) -> dict[str, object]:
    above = label.path.rpartition("/")[0]
    parent = next((row.id for row in _labels(request) if row.path == above), "")
    return {
        "path": label.name if parent else label.path,
        "parent": parent,
        "color": label.color or "grey",
        "shown": label.shown,
    }


def _form(request: HttpRequest, form: LabelForm, action: str, label: MailboxRow | None) -> HttpResponse:
    context = {
        "form": form,
        "action": action,
        "label": label,
        "under": _under(request, label) if label else 0,
    }
    return render(request, "labels/form.html", context, status=422 if form.errors else 200)


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead back to the page a dialog was opened on; to a place where there is none, or it is gone."""
    path = request.htmx.current_url_abs_path if request.htmx else None
    if not path or not _still_shows(request, path):
        return _to(request, slug)
    return HttpResponseLocation(path, target="#main", swap="outerHTML")


def _still_shows(request: HttpRequest, path: str) -> bool:
    """Tell whether a page of ours shows what is there now."""
    url = urlsplit(path)
    try:
        match = resolve(url.path)
    except Resolver404:
        return False
    place = match.kwargs.get("slug") or QueryDict(url.query).get("in")
    present = {places.slug_of(row) for row in queries.mailbox_list(request.account.pk)}
    gone = place is not None and place.startswith("label-") and place not in present
    return match.url_name in _STAY and not gone


def _to(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to a place; a dialog is told where, and goes there itself."""
    if request.htmx:
        return HttpResponseLocation(reverse("mailbox", args=[slug]), target="#main", swap="outerHTML")
    return redirect("mailbox", slug=slug)
