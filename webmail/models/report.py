"""Reports about mail in our name, as others send them; and what we tell others of mail in theirs."""

from django.db import models

from .account import Account


class ReportKind(models.TextChoices):
    """What a report is about."""

    DMARC = "dmarc", "DMARC"
    TLS = "tls", "TLS"


class MailReport(models.Model):
    """One report of somebody else about a domain of ours (RFC 9990, RFC 8460)."""

    kind = models.CharField(max_length=8, choices=ReportKind)
    reporter = models.CharField(max_length=255)
    report_id = models.CharField(max_length=255)
    domain = models.CharField(max_length=255)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    received_at = models.DateTimeField()
    passed = models.PositiveBigIntegerField(help_text="Messages that passed DMARC, or sessions under TLS")
    failed = models.PositiveBigIntegerField(help_text="Those that did not")

    class Meta:
        constraints = [
            # reports.save: one that comes twice counts once.
            models.UniqueConstraint(
                fields=["kind", "reporter", "report_id", "domain"], name="mail_report_identity"
            ),
        ]
        indexes = [
            # reports.days, the list in the administration: the newest.
            models.Index(fields=["begins_at"], name="mail_report_newest"),
        ]
        ordering = ["-begins_at"]

    def __str__(self) -> str:
        return f"{self.reporter}: {self.domain}, {self.begins_at:%F}"


class MailReportRow(models.Model):
    """A line of a report: how many messages or sessions, from where, and how they fared."""

    report = models.ForeignKey(MailReport, models.CASCADE, related_name="rows")
    source = models.CharField(max_length=255, help_text="An IP address, or a host of ours")
    count = models.PositiveBigIntegerField()
    passed = models.BooleanField()
    detail = models.CharField(max_length=255)

    def __str__(self) -> str:
        return f"{self.source} {self.count}"


class ReportIntake(models.Model):
    """How far an account was searched for reports."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="+")
    last_message_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account_id} up to {self.last_message_id}"


class DmarcTally(models.Model):
    """How often mail of a domain came with the same results on a day; goes with the report that tells it."""

    day = models.DateField(help_text="In UTC")
    domain = models.CharField(max_length=255, help_text="Where the policy stands")
    key = models.CharField(max_length=64, help_text="SHA-256 of facts")
    facts = models.JSONField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            # tallies.add: the same again; tallies.of: those of a domain and day.
            models.UniqueConstraint(fields=["day", "domain", "key"], name="dmarc_tally"),
        ]

    def __str__(self) -> str:
        return f"{self.domain} {self.day} {self.count}"
