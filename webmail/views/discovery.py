"""What programs ask a domain for, under names that are not the site's: its mail settings, its TLS policy."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound

from mailserver.message.address import AddressError, domain_of, normalise, normalise_domain
from mailserver.setup import autoconfig, autodiscover
from mailserver.setup.records import policy
from webmail.installation.services import services
from webmail.store import queries

_XML = "text/xml; charset=utf-8"
_LONGEST_HOST = 300
_LABELS = ("autoconfig", "autodiscover", "mta-sts")

# Programs ask once, and what stands here changes rarely.
_PUBLIC = {"Cache-Control": "public, max-age=3600"}


def answer(request: HttpRequest) -> HttpResponse | None:
    """Answer a request for one of these files; None for every other, which is the site's."""
    view = _FILES.get(request.path_info.lower())
    if view:
        return view(request)
    # These hosts have nothing else: whoever looks around there is not worth a word in the log.
    return HttpResponseNotFound() if any(_host_below(request, label) for label in _LABELS) else None


def _autoconfig(request: HttpRequest) -> HttpResponse:
    """Thunderbird's: the domain is that of the address, or of the host `autoconfig.DOMAIN`."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    domain = _domain_of(request.GET.get("emailaddress", "")) or _host_below(request, "autoconfig")
    if not domain:
        return HttpResponseNotFound()
    return HttpResponse(autoconfig.client_config(domain, services()), content_type=_XML, headers=_PUBLIC)


def _autodiscover(request: HttpRequest) -> HttpResponse:
    """Outlook's: it posts the address. Whether the account exists is nobody's business."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if _length(request) > autodiscover.MAX_REQUEST_BYTES:
        return HttpResponse(status=413)
    try:
        address = normalise(autodiscover.asked_address(request.read(autodiscover.MAX_REQUEST_BYTES + 1)))
    except (autodiscover.BadRequestError, AddressError):
        return HttpResponse(autodiscover.error_answer(600, "Invalid Request"), content_type=_XML)
    if not _domain_of(address):
        message = "The e-mail address can't be found"
        return HttpResponse(autodiscover.error_answer(601, message), content_type=_XML)
    return HttpResponse(autodiscover.settings_answer(address, services()), content_type=_XML)


def _tls_policy(request: HttpRequest) -> HttpResponse:
    """The MTA-STS policy (RFC 8461 §3.2) of the domain in `mta-sts.DOMAIN`."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not _host_below(request, "mta-sts"):
        return HttpResponseNotFound()
    return HttpResponse(
        policy(settings.MAIL_HOSTNAME), content_type="text/plain; charset=utf-8", headers=_PUBLIC
    )


_FILES: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "/mail/config-v1.1.xml": _autoconfig,
    "/.well-known/autoconfig/mail/config-v1.1.xml": _autoconfig,
    "/autodiscover/autodiscover.xml": _autodiscover,
    "/.well-known/mta-sts.txt": _tls_policy,
}


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() and len(told) < 12 else autodiscover.MAX_REQUEST_BYTES + 1


def _host_below(request: HttpRequest, label: str) -> str:
    """The domain of ours below `label` in the host that was asked; "" for others."""
    host = request.META.get("HTTP_HOST", "")[:_LONGEST_HOST].partition(":")[0]
    prefix, _, domain = host.lower().partition(".")
    return _own(domain) if prefix == label else ""


def _domain_of(address: str) -> str:
    return _own(domain_of(address)) if "@" in address else ""


def _own(name: str) -> str:
    try:
        domain = normalise_domain(name)
    except AddressError:
        return ""
    return next(iter(queries.local_domains([domain])), "")
