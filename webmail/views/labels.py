"""Labels: made, renamed, recoloured, deleted."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseLocation

from webmail.forms import LabelForm
from webmail.store import mailboxes, undo
from webmail.store.queries import MailboxRow

from . import sidebar
from .access import account_required


@account_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a label; `/` in its name nests it."""
    form = LabelForm(request.POST or None, taken=_paths(request))
    if request.method == "POST" and form.is_valid():
        path, color = form.cleaned_data["path"], form.cleaned_data["color"]
        mailbox_id, _done = mailboxes.create(request.account.pk, path, color=color)
        messages.success(request, _("Label made"))
        return _to(request, f"label-{mailbox_id}")
    return _form(request, form, reverse("label_new"), None)


@account_required
def edit(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Rename and recolour a label."""
    label = _own(request, mailbox_id)
    given = {"path": label.path, "color": label.color or "grey"}
    form = LabelForm(request.POST or None, initial=given, taken=_paths(request) - {label.path.casefold()})
    if request.method == "POST" and form.is_valid():
        _change(request.account.pk, label, form.cleaned_data)
        messages.success(request, _("Label changed"))
        return _to(request, f"label-{label.id}")
    return _form(request, form, reverse("label_edit", args=[label.id]), label)


@require_POST
@account_required
def delete(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Delete a label; its mail stays where else it stands, or in Archive."""
    label = _own(request, mailbox_id)
    done = mailboxes.delete(request.account.pk, label.id)
    token = undo.remember(request.account.pk, done) if done.inverse else ""
    messages.success(request, _("Label %(name)s deleted") % {"name": label.path}, extra_tags=token)
    return _to(request, "inbox")


def _change(account_id: int, label: MailboxRow, wanted: dict[str, str]) -> None:
    if wanted["path"] != label.path:
        mailboxes.rename(account_id, label.id, wanted["path"])
    if wanted["color"] != label.color:
        mailboxes.recolor(account_id, label.id, wanted["color"])


def _own(request: HttpRequest, mailbox_id: int) -> MailboxRow:
    """Find the person's own label; a mailbox with a role is none."""
    for row in sidebar.mailboxes_of(request):
        if row.id == mailbox_id and not row.role:
            return row
    raise Http404


def _paths(request: HttpRequest) -> set[str]:
    return {row.path.casefold() for row in sidebar.mailboxes_of(request)}


def _form(request: HttpRequest, form: LabelForm, action: str, label: MailboxRow | None) -> HttpResponse:
    context = {"form": form, "action": action, "label": label}
    return render(request, "list/label_form.html", context, status=422 if form.errors else 200)


def _to(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to a place; a dialog is told where, and goes there itself."""
    if request.htmx:
        return HttpResponseLocation(reverse("mailbox", args=[slug]), target="#main", swap="outerHTML")
    return redirect("mailbox", slug=slug)
