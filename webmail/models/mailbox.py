"""Mailboxes (a folder or a label), what stands in them, and what stood there."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from .account import Account


class Role(models.TextChoices):
    """Special use of a mailbox (RFC 6154; inbox as in RFC 8621 §2; others as IANA has them)."""

    NONE = "", "None"
    INBOX = "inbox", "Inbox"
    DRAFTS = "drafts", "Drafts"
    SENT = "sent", "Sent"
    JUNK = "junk", "Spam"
    TRASH = "trash", "Trash"
    ARCHIVE = "archive", "Archive"
    SNOOZED = "snoozed", "Snoozed"
    SCHEDULED = "scheduled", "Scheduled"
    OUTBOX = "outbox", "Outbox"
    SCREENER = "screener", "Screener"


OWED_ROLES = frozenset({Role.SCHEDULED, Role.OUTBOX})
"""Of the mailboxes where letters stand while somebody is owed them: sent or cancelled, they leave."""


class Shown(models.TextChoices):
    """When the sidebar shows a label; `subscribed` says the same to IMAP clients (RFC 9051 §6.3.7)."""

    ALWAYS = "always", "Always"
    UNREAD = "unread", "With unread mail"
    NEVER = "never", "Never"


class Mailbox(models.Model):
    """A folder or label; uids rise and never return (RFC 9051 §2.3.1.1)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="mailboxes", db_index=False)
    path = models.CharField(max_length=1000, help_text="Levels parted by /")
    role = models.CharField(max_length=16, blank=True, choices=Role)
    color = models.CharField(max_length=16, blank=True)
    shown = models.CharField(max_length=8, choices=Shown, default=Shown.ALWAYS)
    subscribed = models.BooleanField(default=True)
    uid_validity = models.PositiveBigIntegerField()
    uid_next = models.PositiveBigIntegerField(default=1)
    recent_uid = models.PositiveBigIntegerField(
        default=1, help_text="The first that no IMAP session was told of yet (RFC 3501 §2.3.2)"
    )
    created_modseq = models.BigIntegerField()
    modseq = models.BigIntegerField(help_text="Of the last change of the mailbox itself")
    highest_modseq = models.BigIntegerField(help_text="Of the last change of anything in it (RFC 7162)")
    message_count = models.PositiveIntegerField(default=0)
    unseen_count = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    thread_count = models.PositiveIntegerField(default=0)
    unseen_thread_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(fields=["account", "path"], name="mailbox_path"),
            models.UniqueConstraint(fields=["account", "role"], name="mailbox_role", condition=~Q(role="")),
        ]
        indexes = [
            # scheduled.settle: the few where letters wait for their time.
            models.Index(fields=["id"], name="mailbox_scheduled", condition=Q(role="scheduled")),
        ]

    def __str__(self) -> str:
        return self.path


class LostSubscription(models.Model):
    """A mailbox that is gone, and that a mail program is still subscribed to (RFC 9051 §6.3.7)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=1000)

    class Meta:
        # queries.lost_subscriptions: those of an account.
        constraints = [models.UniqueConstraint(fields=["account", "path"], name="lost_subscription_path")]

    def __str__(self) -> str:
        return self.path


class MailboxMessage(models.Model):
    """A placement: one message standing in one mailbox."""

    # The account repeats the mailbox's: no constraint to check, no index to keep, on the busiest table.
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="placements", db_index=False)
    uid = models.PositiveBigIntegerField()
    message = models.ForeignKey("webmail.Message", models.CASCADE, related_name="placements")
    thread = models.ForeignKey("webmail.Thread", models.CASCADE, related_name="+", db_index=False)
    created_modseq = models.BigIntegerField()
    modseq = models.BigIntegerField()
    received_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    size = models.BigIntegerField()
    seen = models.BooleanField(default=False)
    answered = models.BooleanField(default=False)
    flagged = models.BooleanField(default=False)
    draft = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)
    keywords = models.TextField(default="", blank=True, help_text="Sorted, parted and framed by spaces")
    pinned = models.BooleanField(default=False, help_text="Its conversation stands first in this mailbox")
    snoozed_until = models.DateTimeField(null=True, help_text="When it comes back to the Inbox, or was to")
    surfaced_at = models.DateTimeField(null=True, help_text="When it came back; it is listed by it")

    class Meta:
        constraints = [
            # IMAP: everything by uid.
            models.UniqueConstraint(fields=["mailbox", "uid"], name="placement_uid"),
        ]
        indexes = [
            # board.Board and queries.conversation: the placements of a conversation.
            models.Index(fields=["thread", "mailbox"], name="placement_of_thread"),
            # IMAP FETCH … CHANGEDSINCE (RFC 7162).
            models.Index(fields=["mailbox", "modseq"], name="placement_changed"),
            # queries.message_pages: keyset paging of single messages, newest first. Before the partial ones:
            # of indexes that look equal to it, SQLite takes the youngest.
            models.Index(fields=["mailbox", "-received_at", "-message"], name="placement_newest"),
            # queries.message_pages of what is starred; IMAP SEARCH FLAGGED.
            models.Index(
                fields=["mailbox", "-received_at", "-message"],
                name="placement_flagged",
                condition=Q(flagged=True),
            ),
            # IMAP SEARCH UNSEEN, DELETED, KEYWORD: the few among many.
            models.Index(fields=["mailbox", "uid"], name="placement_unseen", condition=Q(seen=False)),
            # And search_plan: is:draft, is:answered.
            models.Index(fields=["mailbox", "uid"], name="placement_draft", condition=Q(draft=True)),
            models.Index(fields=["mailbox", "uid"], name="placement_answered", condition=Q(answered=True)),
            models.Index(fields=["mailbox", "uid"], name="placement_deleted", condition=Q(deleted=True)),
            models.Index(fields=["mailbox", "uid"], name="placement_keywords", condition=~Q(keywords="")),
            # Search for is:pinned.
            models.Index(fields=["mailbox"], name="placement_pinned", condition=Q(pinned=True)),
            # snooze.wake: what is to come back, the first first.
            models.Index(
                fields=["snoozed_until"],
                name="placement_snoozed",
                condition=Q(snoozed_until__isnull=False, surfaced_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}:{self.uid}"


class ExpungedMessage(models.Model):
    """A placement that was: what QRESYNC (RFC 7162 §3.2) must be told; kept for sweep.EXPUNGED."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="expunged", db_index=False)
    uid = models.PositiveBigIntegerField()
    message_key = models.BigIntegerField(help_text="Message.id; the row may be gone")
    thread_key = models.BigIntegerField(help_text="Thread.id; the row may be gone")
    modseq = models.BigIntegerField()
    expunged_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # IMAP VANISHED (EARLIER).
            models.Index(fields=["mailbox", "modseq"], name="expunged_of_mailbox"),
            # sweep.forget_expunged: an account's oldest, as modseq and time rise together.
            models.Index(fields=["account", "modseq"], name="expunged_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}:{self.uid}"


class UndoableAction(models.Model):
    """How to take back what a person just did; swept after a day."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    token = models.CharField(max_length=32, unique=True)
    # A batch of a large act: its token is told to nobody, the act's own undoes all of them.
    bulk = models.ForeignKey("webmail.BulkAction", models.CASCADE, null=True, related_name="parts")
    inverse = models.JSONField(help_text="store.undo: the steps that lead back")
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="undoable_by_age")]

    def __str__(self) -> str:
        return self.token
