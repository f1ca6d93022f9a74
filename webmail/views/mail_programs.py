"""Mail programs: what to type into them, and a profile that sets up Apple's."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mailserver.setup.apple_profile import profile
from mailserver.setup.service import Security, by_preference
from webmail.installation.services import services
from webmail.models import Door

from .access import account_required
from .file_response import download

_SECURITY = {Security.TLS: "SSL/TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "–"}
_DOORS = (Door.IMAP, Door.POP3, Door.SMTP)


@dataclass(frozen=True, slots=True)
class Server:
    """A server as one types it into a program."""

    door: str
    host: str
    port: int
    security: str


def servers(doors: Collection[Door] = _DOORS) -> list[Server]:
    """Of each of these doors the safest."""
    offered = services()
    best = [(door, each) for door in doors for each in by_preference(offered, door.value)[:1]]
    return [Server(door.label, each.host, each.port, _SECURITY[each.security]) for door, each in best]


@require_safe
@account_required
def programs(request: HttpRequest) -> HttpResponse:
    """Show what to type, and where."""
    found = servers()
    doors = {server.door for server in found}
    context = {"servers": found, "has_profile": Door.SMTP.label in doors and len(doors) > 1}
    return render(request, "settings/programs.html", context)


@require_safe
@account_required
def apple(request: HttpRequest) -> HttpResponse:
    """Give the profile of this account, for iPhone, iPad and Mac."""
    account = request.account
    title = _("Mail at %(host)s") % {"host": settings.MAIL_HOSTNAME}
    try:
        data = profile(account.address, account.name, title, services())
    except LookupError as error:
        raise Http404 from error
    return download(data, f"{account.address}.mobileconfig", "application/x-apple-aspen-config")
