"""Conversations: what belongs together, and the row each shows in a list."""

from django.db import models
from django.db.models import Q

from .account import Account
from .mailbox import Mailbox


class Thread(models.Model):
    """Messages of one conversation, at most threads.MAX_MESSAGES; recounted from them, so it can't drift.

    An empty one (message_count 0) stays until swept: it tells open pages that the conversation went.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="threads", db_index=False)
    subject = models.TextField(blank=True)
    senders = models.TextField(default="[]", help_text="JSON: [name, address, unseen] oldest first")
    message_count = models.PositiveIntegerField(default=0)
    unseen_count = models.PositiveIntegerField(default=0)
    flagged_count = models.PositiveIntegerField(default=0)
    draft_count = models.PositiveIntegerField(default=0)
    has_attachment = models.BooleanField(default=False)
    latest_received_at = models.DateTimeField()
    # Rewritten with every recount, so the constraint and the index would cost and tell nothing.
    latest_message = models.ForeignKey(
        "webmail.Message",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    listed = models.BooleanField(default=True, help_text="Stands outside Junk and Trash")
    modseq = models.BigIntegerField(default=0)
    merged_into_id = models.BigIntegerField(null=True, help_text="Thread.id that a late link joined it to")

    class Meta:
        indexes = [
            # queries.all_page: every conversation, newest first.
            models.Index(
                fields=["account", "-latest_received_at", "-id"],
                name="thread_newest",
                condition=Q(listed=True),
            ),
            # queries.starred_page.
            models.Index(
                fields=["account", "-latest_received_at", "-id"],
                name="thread_starred",
                condition=Q(listed=True, flagged_count__gt=0),
            ),
            # sweep.delete_empty_threads: those whose end is forgotten.
            models.Index(fields=["account", "modseq"], name="thread_empty", condition=Q(message_count=0)),
            # queries.changes_since: what a page must draw again.
            models.Index(fields=["account", "modseq"], name="thread_changed"),
        ]

    def __str__(self) -> str:
        return self.subject


class MailboxThread(models.Model):
    """A conversation as it stands in one mailbox: the row of the list."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="threads", db_index=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="mailbox_threads", db_index=False)
    latest_received_at = models.DateTimeField(
        help_text="Orders the list: when the newest came, or came back; of a snoozed one when it will"
    )
    latest_message = models.ForeignKey(
        "webmail.Message", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    message_count = models.PositiveIntegerField()
    unseen_count = models.PositiveIntegerField()
    pinned = models.BooleanField(default=False)
    snoozed_until = models.DateTimeField(
        null=True, help_text="When it comes back; in the Inbox, unread, what it came back from"
    )
    modseq = models.BigIntegerField()

    class Meta:
        constraints = [
            # board.Board; queries reads the labels of a page by thread.
            models.UniqueConstraint(fields=["thread", "mailbox"], name="mailbox_thread"),
        ]
        indexes = [
            # queries.mailbox_page, bulk_scope: keyset paging, the pinned first, then the newest.
            models.Index(
                fields=["mailbox", "-pinned", "-latest_received_at", "-thread"], name="mailbox_thread_newest"
            ),
            # queries.mailbox_page with is:unread.
            models.Index(
                fields=["mailbox", "-pinned", "-latest_received_at", "-thread"],
                name="mailbox_thread_unseen",
                condition=Q(unseen_count__gt=0),
            ),
            # pins.pin: how many there are.
            models.Index(fields=["mailbox"], name="mailbox_thread_pinned", condition=Q(pinned=True)),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}:{self.thread_id}"


class ThreadReference(models.Model):
    """An id that a conversation mentions: how the next message of it finds it."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    reference_hash = models.BigIntegerField()
    subject_hash = models.BigIntegerField()
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="references")

    class Meta:
        constraints = [
            # threads.choose: by account and the ids a new message brings.
            models.UniqueConstraint(
                fields=["account", "reference_hash", "subject_hash"], name="thread_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference_hash:x}"
