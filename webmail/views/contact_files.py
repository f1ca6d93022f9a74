"""Contacts from a file, and into one."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from mailserver.message import contact_table_writer, vcard_writer
from webmail.store import contact_files, contacts, queries

from .access import account_required
from .contact_sides import group_of, side, to
from .file_response import download
from .toast import say

# Styles by name: file ending, media type.
_STYLES = {
    "vcf": ("vcf", "text/vcard; charset=utf-8"),
    "vcf4": ("vcf", "text/vcard; charset=utf-8"),
    "google": ("csv", "text/csv; charset=utf-8"),
    "outlook": ("csv", "text/csv; charset=utf-8"),
}


@account_required
def files(request: HttpRequest) -> HttpResponse:
    """Show both ways; bring in a file that was sent."""
    if request.method != "POST":
        return _page(request, "")
    file = request.FILES.get("file")
    if file is None:
        return _page(request, _("Choose a file first."))
    if file.size > contact_files.LARGEST:
        return _page(request, _("The file is too large."))
    people = contact_files.read(file.read())
    if not people:
        return _page(
            request, _("No contacts were found in this file. It should be a vCard (.vcf) or a table (.csv).")
        )
    group = group_of(request, request.POST.get("group", ""))
    try:
        brought = contact_files.bring(request.account.pk, people, [group.id] if group else [])
    except contacts.ContactsFullError:
        return _page(request, _("There is no room for so many contacts."))
    if not brought.added and not brought.completed:
        messages.success(request, _("All of these contacts were here already."))
    else:
        say(request, _said(brought), brought.done)
    return to(request, reverse("contacts"))


@require_safe
@account_required
def export(request: HttpRequest) -> HttpResponse:
    """Give all contacts, or those of `group`, as a file in the style `as`."""
    style = request.GET.get("as", "vcf")
    if style not in _STYLES:
        raise Http404
    group = group_of(request, request.GET.get("group", ""))
    ids = queries.contact_ids(request.account.pk, group_id=group.id if group else 0)
    ending, media_type = _STYLES[style]
    name = group.name if group else _("Contacts")
    return download(_written(request.account.pk, ids, style), f"{name}.{ending}", media_type)


def _written(account_id: int, ids: list[int], style: str) -> Iterator[bytes]:
    people = contact_files.given(account_id, ids)
    if style.startswith("vcf"):
        return vcard_writer.write(people, "4.0" if style == "vcf4" else "3.0")
    return contact_table_writer.write(people, style)


def _said(brought: contact_files.Brought) -> str:
    pieces = [
        ngettext("%(count)d contact added", "%(count)d contacts added", brought.added)
        % {"count": brought.added}
    ]
    if brought.completed:
        words = ngettext("%(count)d completed", "%(count)d completed", brought.completed)
        pieces.append(words % {"count": brought.completed})
    if brought.known:
        words = ngettext("%(count)d here already", "%(count)d here already", brought.known)
        pieces.append(words % {"count": brought.known})
    return _(", ").join(pieces)


def _page(request: HttpRequest, error: str) -> HttpResponse:
    context = {"side": side(request, "files"), "error": error}
    return render(request, "contacts/files.html", context, status=422 if error else 200)
