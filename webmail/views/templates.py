"""Templates: texts to put into letters, made while writing or on their page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mailserver.message import html
from webmail.forms import TemplateForm
from webmail.models import Template
from webmail.store import queries, templates

from . import compose_texts, letter_html
from .access import account_required, wants_json

_REFUSED = {
    "taken": ("name", gettext_lazy("There is a template of this name already.")),
    "full": (None, gettext_lazy("There are too many templates. Delete one first.")),
}


@require_safe
@account_required
def index(request: HttpRequest) -> HttpResponse:
    """Show all templates by name."""
    return render(request, "settings/templates.html", {"templates": queries.templates(request.account.pk)})


@account_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a template, of what is written in a form or in the composer."""
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = templates.create(request.account.pk, *_read(form))
        except templates.TemplateError as error:
            form.add_error(*_REFUSED[error.code])
        else:
            return _kept(request, key, form.cleaned_data["name"])
    return _form(request, form, None)


@account_required
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template, or tell the composer what it says."""
    row = _own(request, template_id)
    shown = letter_html.to_editor(row.html, {})
    if wants_json(request) and request.method != "POST":
        return JsonResponse({"subject": row.subject, "html": shown})
    initial = {"name": row.name, "subject": row.subject, "html": shown, "text": html.to_text(row.html)}
    form = TemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            templates.change(request.account.pk, row.pk, *_read(form))
        except templates.TemplateError as error:
            form.add_error(*_REFUSED[error.code])
        else:
            return _kept(request, row.pk, form.cleaned_data["name"])
    return _form(request, form, row)


@require_POST
@account_required
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    """Forget a template."""
    templates.delete(request.account.pk, _own(request, template_id).pk)
    messages.success(request, _("Template deleted"))
    return redirect("templates")


def _own(request: HttpRequest, template_id: int) -> Template:
    try:
        return queries.template(request.account.pk, template_id)
    except Template.DoesNotExist as error:
        raise Http404 from error


def _read(form: TemplateForm) -> tuple[str, str, str]:
    """Name, subject and HTML; what came as text, without scripts, becomes HTML."""
    data = form.cleaned_data
    text = data["text"].replace("\r\n", "\n")
    written = letter_html.from_text(text) if text else letter_html.to_wire(data["html"], ())
    return data["name"], data["subject"], written


def _kept(request: HttpRequest, key: int, name: str) -> HttpResponse:
    if wants_json(request):
        said = _("Template saved")
        return JsonResponse({"text": said, "name": name, "url": reverse("template", args=[key])}, status=201)
    messages.success(request, _("Template saved"))
    return redirect("templates")


def _form(request: HttpRequest, form: TemplateForm, row: Template | None) -> HttpResponse:
    status = 422 if form.errors else 200
    if wants_json(request):
        return JsonResponse({"error": " ".join(str(each[0]) for each in form.errors.values())}, status=status)
    return render(
        request,
        "settings/template.html",
        {"form": form, "row": row, "tools": compose_texts.text_tools()},
        status=status,
    )
