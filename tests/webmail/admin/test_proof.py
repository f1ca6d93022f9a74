"""The administration of what is proven: charts of reports, and keys that change hands."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.people import Person
from webmail.models import DkimKey, MailReport, ReportKind
from webmail.store import reports, signing_keys
from webmail.store.reports import Line, Received

from .test_admin import chief

pytestmark = pytest.mark.django_db
__all__ = ["chief"]


def test_reports_are_drawn_and_listed(chief: Client) -> None:
    assert "No reports in 30 days." in chief.get("/admin/webmail/mailreport/").content.decode()
    at = timezone.now() - timedelta(days=2)
    lines = [
        Line("192.0.2.1", 30, True, "dkim=pass spf=pass none"),
        Line("192.0.2.66", 10, False, "dkim=fail"),
    ]
    for domain in ("crepes.test", "<b>.test"):
        found = Received(ReportKind.DMARC, "google.com", "1", domain, at, at, lines, 30, 10)
        assert reports.save(found, timezone.now())
        assert not reports.save(found, timezone.now())
    page = chief.get("/admin/webmail/mailreport/").content.decode()
    assert page.count("<svg width=") == 2
    assert "<strong>DMARC: crepes.test</strong> · 30 passed, 10 failed in 30 days" in page
    assert '<rect x="540" y="20.0" width="14" height="60.0" fill="#2f9e62"/>' in page
    assert "<b>.test" not in page
    one = MailReport.objects.get(domain="crepes.test")
    shown = chief.get(f"/admin/webmail/mailreport/{one.pk}/change/").content.decode()
    assert "192.0.2.66" in shown


def test_keys_are_shown_without_their_secrets_and_change_hands(chief: Client, alice: Person) -> None:
    signing_keys.make_missing()
    old = DkimKey.objects.get(algorithm="rsa-sha256")
    new = signing_keys.make("crepes.test", "rsa-sha256")
    page = chief.get("/admin/webmail/dkimkey/").content.decode()
    assert f"{new.selector}._domainkey.crepes.test" in page
    shown = chief.get(f"/admin/webmail/dkimkey/{new.pk}/change/").content.decode()
    assert new.record.split("p=")[1].replace("+", "&#x2B;")[:20] in shown.replace("+", "&#x2B;")
    assert new.secret not in shown
    chief.post("/admin/webmail/dkimkey/", {"action": "activate", "_selected_action": [new.pk]})
    old.refresh_from_db()
    new.refresh_from_db()
    assert old.retired_at
    assert new.activated_at
    chief.post("/admin/webmail/dkimkey/", {"action": "retire", "_selected_action": [new.pk]})
    new.refresh_from_db()
    assert new.retired_at
