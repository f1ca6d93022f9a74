"""The DNS page of a domain: what to paste, what is there now, and what it costs."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from webmail.installation import examine, words
from webmail.models import Domain

_VARIANTS = {"right": "success", "blocking": "danger", "hurts": "warning", "optional": "info"}


def page(request: HttpRequest, domain: Domain | None, context: dict[str, Any]) -> HttpResponse:
    """Ask the DNS, dial, and show what was found; takes some seconds at most."""
    if domain is None:
        raise Http404
    ask = examine.resolver()
    here = examine.here(ask)
    report = examine.domain_report(domain.name, ask, here)
    lines = [words.of_record(verdict) for verdict in report.verdicts]
    checks = [words.of_check(check) for check in examine.checks(ask, here)]
    context |= {
        "title": _("DNS and ports of %(domain)s") % {"domain": domain.name},
        "object": domain,
        "groups": [
            (_("Records to paste"), [(line, _VARIANTS[line.level]) for line in lines]),
            (_("The server"), [(line, _VARIANTS[line.level]) for line in checks]),
        ],
        "faults": sum(line.level in ("blocking", "hurts") for line in [*lines, *checks]),
    }
    return TemplateResponse(request, "admin/webmail/domain/dns.html", context)
