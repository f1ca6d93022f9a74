"""Other domains: who can't be reached, whose policy is kept, and how encryption went."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from mailserver.smtp.sts import parse
from webmail.delivery import destination, sts
from webmail.delivery.resolving import resolver
from webmail.models import Destination, StsPolicy, TlsResult

from .base import ReadOnlyAdmin


def _say(request: HttpRequest, count: int) -> None:
    text = ngettext("Done with %(n)d domain", "Done with %(n)d domains", count) % {"n": count}
    messages.success(request, text)


@admin.register(Destination)
class DestinationAdmin(ReadOnlyAdmin):
    """Domains whose hosts would not talk when they were tried last."""

    list_display = ("domain", "failures", "failed_at", "retry_at", "code", "enhanced_code", "text")
    list_filter = ("code",)
    search_fields = ("domain", "text")
    ordering = ("-failed_at",)
    actions = ("forget",)

    @admin.action(description=_("Forget it: dial again when mail is due"))
    def forget(self, request: HttpRequest, found: QuerySet[Destination]) -> None:
        """Leave them alone no longer."""
        domains = [row.domain for row in found]
        destination.note_reached(*domains)
        _say(request, len(domains))


@admin.register(StsPolicy)
class StsPolicyAdmin(ReadOnlyAdmin):
    """MTA-STS policies as they were fetched, or that they could not be."""

    list_display = ("domain", "mode", "policy_id", "fetched_at", "expires_at", "problem")
    search_fields = ("domain", "problem")
    ordering = ("domain",)
    actions = ("fetch",)

    @display(description=_("Mode"))
    def mode(self, policy: StsPolicy) -> str:
        """What the policy demands."""
        return parse(policy.text).mode if policy.text else ""

    @admin.action(description=_("Fetch anew"))
    def fetch(self, request: HttpRequest, found: QuerySet[StsPolicy]) -> None:
        """Ask for the policies now, whatever was kept."""
        domains = [row.domain for row in found]
        for domain in domains:
            sts.renew(domain, resolver())
        _say(request, len(domains))


@admin.register(TlsResult)
class TlsResultAdmin(ReadOnlyAdmin):
    """How often encryption went so, by the day: well, or what was wrong."""

    list_display = ("day", "domain", "source", "mx_host", "shown_result", "count", "reason")
    list_filter = ("day", "source", "result")
    search_fields = ("domain", "mx_host", "reason")
    ordering = ("-day", "domain", "result")

    @display(description=_("Result"), ordering="result", label={"": "success"})
    def shown_result(self, row: TlsResult) -> tuple[str, str]:
        """Success, or the name that reports have for it (RFC 8460 §4.3)."""
        return ("", str(_("success"))) if not row.result else ("wrong", row.result)
