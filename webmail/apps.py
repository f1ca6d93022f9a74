"""The one app of the project, and Django's admin with our site in it."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps

from mailserver import allocator


class WebmailConfig(AppConfig):
    """Mailboxes, queue, pages and admin."""

    name = "webmail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks; keep the process small."""
        from . import checks  # noqa: F401, PLC0415 (registering is what importing them does)

        allocator.bound()


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin app with our site."""

    default = False
    default_site = "webmail.admin_site.Site"
