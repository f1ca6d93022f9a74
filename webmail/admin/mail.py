"""Mailboxes, to look at."""

from django.contrib import admin

from webmail.models import Mailbox

from .base import ReadOnlyAdmin


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    """Folders and labels with their counters."""

    list_display = (
        "account",
        "path",
        "role",
        "message_count",
        "unseen_count",
        "thread_count",
        "uid_validity",
    )
    list_display_links = ("path",)
    list_filter = ("role",)
    list_select_related = ("account",)
    search_fields = ("account__address", "path")
    fields = (
        "account",
        "path",
        "role",
        "message_count",
        "unseen_count",
        "thread_count",
        "unseen_thread_count",
        "size",
        "uid_validity",
        "uid_next",
        "highest_modseq",
    )
