"""A person's preferences: all on one page, each kept by itself or a section at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.store import preferences

from . import next_page, time_zones
from .access import account_required, wants_json
from .settings_table import PAGES, SECTIONS, SETTINGS, Page, Setting, SettingsForm, words


class Line(NamedTuple):
    """A preference as the page shows it."""

    setting: Setting
    field: BoundField
    words: str


class Section(NamedTuple):
    """What belongs together, and is saved together where there are no scripts."""

    slug: str
    name: str
    lines: list[Line]
    pages: list[Page]


@account_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show the preferences, or keep those of a section."""
    if request.method != "POST":
        return _page(request, {})
    section = request.POST.get("section", "")
    return _keep(request, _names(section), request.POST, f"section-{section}")


@require_POST
@account_required
def setting(request: HttpRequest, setting: str) -> HttpResponse:
    """Keep one preference, sent as `value`; `next` leads a form back to where it stood."""
    return _keep(request, [setting], {setting: request.POST.get("value", "")}, setting)


def _keep(request: HttpRequest, names: Sequence[str], sent: Mapping[str, Any], anchor: str) -> HttpResponse:
    form = SettingsForm(names, sent)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse({"text": _first_error(form)}, status=422)
        return _page(request, {name: form[name] for name in names}, status=422)
    preferences.save(request.account, form.cleaned_data)
    with translation.override(form.cleaned_data.get("language") or translation.get_language()):
        text = _("Saved")
    if wants_json(request):
        return JsonResponse({"text": text})
    messages.success(request, text)
    return HttpResponseRedirect(next_page.of(request, f"{reverse('settings')}#{anchor}"))


def _page(request: HttpRequest, sent: Mapping[str, BoundField], status: int = 200) -> HttpResponse:
    """Draw everything as it is kept, but for what was just sent and refused."""
    kept = SettingsForm(list(SETTINGS), initial=preferences.read(request.account))
    fields = {name: sent.get(name, kept[name]) for name in SETTINGS}
    context = {"sections": list(_sections(fields)), "zones": time_zones.listed()}
    return render(request, "settings/page.html", context, status=status)


def _sections(fields: Mapping[str, BoundField]) -> Iterator[Section]:
    for slug, name in SECTIONS.items():
        lines = [Line(SETTINGS[key], fields[key], words(key)) for key in _names(slug)]
        yield Section(slug, name, lines, [page for page in PAGES if page.section == slug])


def _names(section: str) -> list[str]:
    return [name for name, setting in SETTINGS.items() if setting.section == section]


def _first_error(form: SettingsForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)
