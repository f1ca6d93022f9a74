"""The queue: what is owed to whom, and every attempt that was made."""

from django.db import models
from django.db.models import Q

from .account import Account
from .message import Blob, Message


class OutboundMessage(models.Model):
    """A message on its way out; its fate stands with each recipient."""

    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="outbound")
    sent_message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="outbound")
    blob = models.ForeignKey(Blob, models.RESTRICT, related_name="+")
    prefix = models.BinaryField(default=b"")
    submission_key = models.CharField(max_length=64, help_text="One key, one message: a retried Send is one")
    mail_from = models.CharField(max_length=320, blank=True, help_text="Empty is the null sender")
    envelope_id = models.CharField(max_length=100, blank=True)
    returns = models.CharField(max_length=4, blank=True, help_text="RFC 3461 RET: FULL or HDRS")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="After this the sender gets a report")
    hold_until = models.DateTimeField(null=True, help_text="Undo window, schedule or an admin's hold")
    delay_notified_at = models.DateTimeField(null=True)
    tls_wish = models.CharField(
        max_length=8,
        blank=True,
        default="",
        choices=[
            ("required", "Over verified TLS only"),
            ("", "As usual"),
            ("optional", "Without TLS if need be"),
        ],
        help_text="RFC 8689",
    )
    corrects = models.ForeignKey(
        "OutboundRecipient",
        models.SET_NULL,
        null=True,
        related_name="corrections",
        help_text="Whom it did not reach before: sent again, to a corrected address",
    )
    inverse = models.JSONField(
        null=True, help_text="store.undo: the steps that lead back from what sending it did to other messages"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "submission_key"], name="outbound_submission"),
        ]
        indexes = [
            # search_plan: what an account sent, the newest first, for status: and remote:.
            models.Index(fields=["account", "sent_message"], name="outbound_by_sent_message"),
            # allowance.is_left: what an account sent today.
            models.Index(fields=["account", "created_at"], name="outbound_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.mail_from or '<>'} #{self.pk}"


class RecipientState(models.TextChoices):
    """Where one recipient's copy stands."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    PARKED = "parked", "Parked"


class OutboundRecipient(models.Model):
    """One recipient of one message: state, next try, and the lease of the worker that has it."""

    message = models.ForeignKey(OutboundMessage, models.CASCADE, related_name="recipients")
    address = models.CharField(max_length=320)
    original_address = models.CharField(max_length=320, blank=True, help_text="RFC 3461 ORCPT")
    notify = models.CharField(max_length=40, blank=True, help_text="RFC 3461 NOTIFY; empty is FAILURE,DELAY")
    domain = models.CharField(max_length=255, help_text="A-labels: what is dialled together")
    priority = models.PositiveSmallIntegerField(
        default=0, help_text="0 what a person wrote to a few, 1 bulk: it goes after"
    )
    state = models.CharField(max_length=16, choices=RecipientState, default=RecipientState.WAITING)
    attempt_count = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveSmallIntegerField(
        default=0, help_text="Tries in a row that ended in an error of ours"
    )
    next_attempt_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    lease_token = models.BigIntegerField(
        default=0, help_text="Rises with each claim: a late writer is refused"
    )
    finished_at = models.DateTimeField(null=True)
    modseq = models.BigIntegerField(default=0, help_text="Account.modseq of the last change of state")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "address"], name="outbound_recipient"),
        ]
        indexes = [
            # claims.claim_due: what is due, by destination.
            models.Index(
                fields=["next_attempt_at", "domain"], name="recipient_due", condition=Q(state="waiting")
            ),
            # claims.claim_due: all that waits for one host.
            models.Index(
                fields=["domain", "priority", "next_attempt_at"],
                name="recipient_of_domain",
                condition=Q(state="waiting"),
            ),
            # search_plan: status:failed.
            models.Index(fields=["message"], name="recipient_failed", condition=Q(state="failed")),
            # claims.release_expired: leases of workers that died.
            models.Index(fields=["leased_until"], name="recipient_leased", condition=Q(state="sending")),
        ]

    def __str__(self) -> str:
        return self.address


class DeliveryAttempt(models.Model):
    """One try for one recipient, as it went; append-only."""

    recipient = models.ForeignKey(OutboundRecipient, models.CASCADE, related_name="attempts")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    host = models.CharField(max_length=255, blank=True)
    ip = models.CharField(max_length=64, blank=True)
    tls = models.CharField(max_length=100, blank=True, help_text="Version and cipher; empty is plaintext")
    code = models.PositiveSmallIntegerField(default=0, help_text="0 when no reply came")
    enhanced_code = models.CharField(max_length=16, blank=True)
    text = models.TextField(blank=True)
    transcript = models.JSONField(default=list, help_text="[seconds since start, 'S'|'C'|'*', line]")

    class Meta:
        # queries.trace: the attempts of a recipient in order.
        indexes = [models.Index(fields=["recipient", "id"], name="attempt_of_recipient")]

    def __str__(self) -> str:
        return f"{self.host} {self.code}"


class RemoteReport(models.Model):
    """What another server reported about a recipient after it had taken the message; append-only."""

    recipient = models.ForeignKey(OutboundRecipient, models.CASCADE, related_name="reports", db_index=False)
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, related_name="remote_reports", help_text="The report as it came"
    )
    received_at = models.DateTimeField()
    action = models.CharField(max_length=16, help_text="RFC 3464 §2.3.3: failed, delayed, delivered …")
    status = models.CharField(max_length=16, blank=True, help_text="Enhanced status code (RFC 3463)")
    reporting_host = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        # trace.trace: the reports about a recipient in order.
        indexes = [models.Index(fields=["recipient", "id"], name="report_of_recipient")]

    def __str__(self) -> str:
        return f"{self.action} {self.status}"


class Destination(models.Model):
    """A destination that could not be reached when it was tried last; the row goes when it can."""

    domain = models.CharField(max_length=255, primary_key=True, help_text="A-labels")
    failures = models.PositiveIntegerField(default=0, help_text="In a row")
    failed_at = models.DateTimeField()
    retry_at = models.DateTimeField(help_text="Until then nobody dials: its mail is put off with this reason")
    code = models.PositiveSmallIntegerField(default=0)
    enhanced_code = models.CharField(max_length=16, blank=True)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.domain


class StsPolicy(models.Model):
    """The MTA-STS policy of a domain as it was fetched (RFC 8461), or that it could not be."""

    domain = models.CharField(max_length=255, primary_key=True, help_text="A-labels")
    policy_id = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True, help_text="As sts.Policy.lines writes it; empty when none was had")
    fetched_at = models.DateTimeField(help_text="When it was tried last")
    expires_at = models.DateTimeField(null=True, help_text="Until then it holds, whatever the DNS says")
    problem = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.domain


class TlsResult(models.Model):
    """How often encryption to a domain's hosts went so on one day, for its report (RFC 8460)."""

    day = models.DateField(help_text="UTC")
    domain = models.CharField(max_length=255, help_text="The policy domain, in A-labels")
    source = models.CharField(max_length=8, help_text="sts, tlsa or none")
    policy = models.TextField(blank=True, help_text="Its lines")
    mx_host = models.CharField(max_length=255)
    sending_ip = models.CharField(max_length=64, blank=True)
    receiving_ip = models.CharField(max_length=64, blank=True)
    result = models.CharField(max_length=40, blank=True, help_text="RFC 8460 §4.3; empty is success")
    reason = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # tls_results.note: one line for what is alike; tls_results.of, waiting read by the day.
            models.UniqueConstraint(
                fields=["day", "domain", "source", "mx_host", "receiving_ip", "result", "sending_ip"],
                name="tls_result",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.domain} {self.result or 'success'}"
