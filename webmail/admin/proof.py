"""How mail in our name fares elsewhere, by the reports of others; and the keys that it is signed with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from webmail.models import DkimKey, MailReport, MailReportRow, ReportKind
from webmail.store import reports, signing_keys

from .base import ReadOnlyAdmin, ReadOnlyInline

_DAYS = 30
_HEIGHT, _BAR, _GAP = 80, 14, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A day in a chart: what passed stands on the ground, what failed on top of it; in pixels."""

    x: int
    good_y: float
    good_height: float
    bad_y: float
    bad_height: float
    day: str
    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The last days of a domain."""

    title: str
    bars: list[Bar]
    most: int
    passed: int
    failed: int
    width: int = _DAYS * (_BAR + _GAP)
    height: int = _HEIGHT
    bar: int = _BAR


class RowInline(ReadOnlyInline):
    """The lines of a report."""

    model = MailReportRow
    fields = ("source", "count", "passed", "detail")
    show_change_link = False


@admin.register(MailReport)
class MailReportAdmin(ReadOnlyAdmin):
    """Reports of DMARC and TLS, with a chart of the last month for each domain."""

    list_display = ("begins_at", "kind", "domain", "reporter", "passed", "failed")
    list_filter = ("kind", "domain", "reporter")
    fields = ("kind", "domain", "reporter", "report_id", "begins_at", "ends_at", "passed", "failed")
    inlines = (RowInline,)
    list_before_template = "admin/mail_reports.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Draw the charts above the list."""
        context = {**(extra_context or {}), "charts": list(_charts()), "days": _DAYS}
        return super().changelist_view(request, context)


def _charts() -> Iterator[Chart]:
    today = timezone.now().date()
    since = timezone.now() - timedelta(days=_DAYS)
    for kind in ReportKind:
        for domain, days in reports.days(kind, since).items():
            most = max(day.passed + day.failed for day in days) or 1
            yield Chart(
                f"{kind.label}: {domain}",
                [_bar(day, most, (today - day.day).days) for day in days],
                most,
                sum(day.passed for day in days),
                sum(day.failed for day in days),
            )


def _bar(day: reports.Day, most: int, age: int) -> Bar:
    good, bad = _HEIGHT * day.passed / most, _HEIGHT * day.failed / most
    return Bar(
        x=(_DAYS - 1 - age) * (_BAR + _GAP),
        good_y=round(_HEIGHT - good, 1),
        good_height=round(good, 1),
        bad_y=round(_HEIGHT - good - bad, 1),
        bad_height=round(bad, 1),
        day=f"{day.day:%F}",
        passed=day.passed,
        failed=day.failed,
    )


@admin.register(DkimKey)
class DkimKeyAdmin(ReadOnlyAdmin):
    """The keys of our domains, and the records that belong into the DNS."""

    list_display = ("domain", "name", "algorithm", "state", "created_at")
    list_display_links = ("name",)
    list_filter = ("domain", "algorithm")
    list_select_related = ("domain",)
    fields = ("domain", "name", "algorithm", "record", "state", "created_at", "activated_at", "retired_at")
    actions = ("activate", "retire")

    @display(description=_("Name in the DNS"))
    def name(self, key: DkimKey) -> str:
        """Where its record belongs."""
        return f"{key.selector}._domainkey.{key.domain.name}"

    @display(description=_("State"), label={"in use": "success", "retired": "", "not in use": "warning"})
    def state(self, key: DkimKey) -> tuple[str, Any]:
        """Whether mail is signed with it."""
        if key.retired_at:
            return "retired", _("Retired")
        return ("in use", _("In use")) if key.activated_at else ("not in use", _("Not in use"))

    @admin.action(description=_("Sign with it, and with no other of its kind"))
    def activate(self, request: HttpRequest, keys: QuerySet[DkimKey]) -> None:
        """Put keys to use whose records are in the DNS."""
        for key in keys:
            signing_keys.activate(key.domain.name, key.selector)
        messages.success(request, _("Leave the records of the retired keys in the DNS for a week."))

    @admin.action(description=_("Sign with it no more"))
    def retire(self, request: HttpRequest, keys: QuerySet[DkimKey]) -> None:
        """Take keys out of use."""
        for key in keys:
            signing_keys.retire(key.domain.name, key.selector)
        messages.success(request, _("Leave the records of the retired keys in the DNS for a week."))
