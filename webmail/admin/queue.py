"""The queue: what is owed to whom, every attempt with its dialogue, and what an administrator can do."""

from collections.abc import Callable, Sequence

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from webmail.delivery import give_up, kick, queue
from webmail.models import DeliveryAttempt, OutboundMessage, OutboundRecipient, RecipientState, RemoteReport

from .base import ReadOnlyAdmin, ReadOnlyInline

_STATE_LABELS = {
    RecipientState.WAITING: "warning",
    RecipientState.SENDING: "info",
    RecipientState.DELIVERED: "success",
    RecipientState.FAILED: "danger",
    RecipientState.CANCELLED: "",
    RecipientState.PARKED: "danger",
}


def _retry(message: OutboundMessage) -> None:
    kick.kick(queue.retry_now(message.account_id, message.pk))


def _release(message: OutboundMessage) -> None:
    kick.kick(queue.release(message.account_id, message.pk))


def _hold(message: OutboundMessage) -> None:
    queue.hold(message.account_id, message.pk)


def _cancel(message: OutboundMessage) -> None:
    queue.cancel(message.account_id, message.pk)


def _bounce(message: OutboundMessage) -> None:
    give_up.bounce(message.account_id, message.pk)


def _expire(message: OutboundMessage) -> None:
    kick.kick(give_up.expire(message.account_id, message.pk))


def _do(
    request: HttpRequest, found: QuerySet[OutboundMessage], verb: Callable[[OutboundMessage], None]
) -> None:
    """Do something with each message, and say with how many."""
    chosen = list(found)
    for message in chosen:
        verb(message)
    text = ngettext("Done with %(n)d message", "Done with %(n)d messages", len(chosen)) % {"n": len(chosen)}
    messages.success(request, text)


class StateFilter(admin.SimpleListFilter):
    """Messages with a recipient in this state."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, str]]:
        """Every state there is."""
        return RecipientState.choices

    def queryset(self, _request: HttpRequest, found: QuerySet[OutboundMessage]) -> QuerySet[OutboundMessage]:
        """Those of which at least one recipient is in the state."""
        if not self.value():
            return found
        rows = OutboundRecipient.objects.filter(state=self.value()).values("message")
        return found.filter(pk__in=rows)


class RecipientInline(ReadOnlyInline):
    """The recipients of a message, each with its own fate."""

    model = OutboundRecipient
    fields = ("address", "state", "attempt_count", "next_attempt_at", "finished_at")


@admin.register(OutboundMessage)
class OutboundMessageAdmin(ReadOnlyAdmin):
    """Messages on their way out."""

    list_display = ("id", "sender", "subject", "progress", "created_at", "hold_until", "expires_at")
    list_display_links = ("id", "sender")
    list_filter = (StateFilter, "created_at")
    list_select_related = ("sent_message",)
    search_fields = ("mail_from", "recipients__address", "envelope_id")
    ordering = ("-pk",)
    inlines = (RecipientInline,)
    actions = ("retry", "hold", "release", "cancel", "bounce", "expire")
    fields = ("account", "mail_from", "envelope_id", "created_at", "expires_at", "hold_until")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboundMessage]:
        """Count the recipients of each message along the way."""
        done = Q(recipients__state=RecipientState.DELIVERED)
        rows = super().get_queryset(request)
        return rows.annotate(all_count=Count("recipients"), done_count=Count("recipients", filter=done))

    @display(description=_("From"), ordering="mail_from")
    def sender(self, message: OutboundMessage) -> str:
        """The envelope's sender."""
        return message.mail_from or "<>"

    @display(description=_("Subject"))
    def subject(self, message: OutboundMessage) -> str:
        """The subject, where the sender's copy still exists."""
        return message.sent_message.subject if message.sent_message else ""

    @display(description=_("Delivered"))
    def progress(self, message: OutboundMessage) -> str:
        """How many of the recipients have it."""
        return f"{message.done_count}/{message.all_count}"

    @admin.action(description=_("Try again now"))
    def retry(self, request: HttpRequest, found: QuerySet[OutboundMessage]) -> None:
        """Make everything that waits due at once."""
        _do(request, found, _retry)

    @admin.action(description=_("Hold"))
    def hold(self, request: HttpRequest, found: QuerySet[OutboundMessage]) -> None:
        """Keep the messages back until they are released."""
        _do(request, found, _hold)

    @admin.action(description=_("Release"))
    def release(self, request: HttpRequest, found: QuerySet[OutboundMessage]) -> None:
        """Let held messages go."""
        _do(request, found, _release)

    @admin.action(description=_("Cancel what has not left"))
    def cancel(self, request: HttpRequest, found: QuerySet[OutboundMessage]) -> None:
        """Stop what no peer has accepted yet."""
        _do(request, found, _cancel)

    @admin.action(description=_("Give up, and tell the sender"))
    def bounce(self, request: HttpRequest, found: QuerySet[OutboundMessage]) -> None:
        """Report what no peer has accepted yet as failed."""
        _do(request, found, _bounce)

    @admin.action(description=_("Try a last time"))
    def expire(self, request: HttpRequest, found: QuerySet[OutboundMessage]) -> None:
        """Let the time be over after one more try."""
        _do(request, found, _expire)


class AttemptInline(ReadOnlyInline):
    """The attempts for a recipient, one line each."""

    model = DeliveryAttempt
    fields = ("started_at", "finished_at", "host", "ip", "code", "enhanced_code", "text")


class ReportInline(ReadOnlyInline):
    """What servers afar reported about a recipient."""

    model = RemoteReport
    fields = ("received_at", "action", "status", "reporting_host", "text")


@admin.register(OutboundRecipient)
class OutboundRecipientAdmin(ReadOnlyAdmin):
    """Every recipient of every message."""

    list_display = ("address", "shown_state", "domain", "attempt_count", "next_attempt_at", "finished_at")
    list_filter = ("state", "domain")
    search_fields = ("address", "message__mail_from")
    ordering = ("-pk",)
    fields = ("message", "address", "original_address", "domain", "state", "attempt_count", "next_attempt_at")

    def get_inlines(
        self, _request: HttpRequest, recipient: OutboundRecipient | None = None
    ) -> Sequence[type[ReadOnlyInline]]:
        """Show reports from afar where there are any."""
        has_reports = recipient is not None and recipient.reports.exists()
        return (AttemptInline, ReportInline) if has_reports else (AttemptInline,)

    @display(description=_("State"), ordering="state", label=_STATE_LABELS)
    def shown_state(self, recipient: OutboundRecipient) -> tuple[str, str]:
        """The state in colour and in words."""
        return recipient.state, recipient.get_state_display()


@admin.register(DeliveryAttempt)
class DeliveryAttemptAdmin(ReadOnlyAdmin):
    """Every attempt, with the dialogue as it went."""

    list_display = ("started_at", "recipient", "host", "ip", "code", "enhanced_code", "text")
    list_filter = ("code", "started_at")
    list_select_related = ("recipient",)
    search_fields = ("recipient__address", "host", "ip")
    ordering = ("-pk",)
    fields = ("recipient", "started_at", "finished_at", "host", "ip", "tls", "code", "text", "dialogue")
    readonly_fields = ("dialogue",)

    @display(description=_("Dialogue"))
    def dialogue(self, attempt: DeliveryAttempt) -> SafeString:
        """Every line that was said, with the seconds since the start."""
        lines = ((f"{seconds:8.3f}", who, text) for seconds, who, text in attempt.transcript)
        return format_html(
            '<pre style="white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>',
            format_html_join("\n", "{} {}: {}", lines),
        )
