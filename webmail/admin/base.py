"""What our admin pages share: they show rows, and change them through store and delivery only."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline


class Shown:
    """Rows that may be looked at, never added, changed or deleted by hand."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nothing is deleted here."""
        return False


class ReadOnlyAdmin(Shown, ModelAdmin):
    """A list and a page of each row, to read."""


class ReadOnlyInline(Shown, TabularInline):
    """Rows below their owner, to read."""

    extra = 0
    show_change_link = True


class VerbAdmin(ModelAdmin):
    """Rows that are added or changed by verbs of the store: nothing is saved or deleted as it is."""

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Deleting would take mail away without a trace."""
        return False
