"""Templates of letters: kept, changed, deleted."""

from django.db import IntegrityError, transaction

from webmail.models import Template

from .refusal import RefusalError
from .text import storable

MAX_TEMPLATES = 200


class TemplateError(RefusalError):
    """It can't be kept; `code` is taken (the name) or full (there are too many)."""


def create(account_id: int, name: str, subject: str, html: str) -> int:
    """Keep a text under a name; its key. Raises TemplateError."""
    if Template.objects.filter(account_id=account_id).count() >= MAX_TEMPLATES:
        raise TemplateError("full")
    return _save(Template(account_id=account_id), name, subject, html)


def change(account_id: int, template_id: int, name: str, subject: str, html: str) -> None:
    """Give a template another name, subject or text; raises TemplateError, Template.DoesNotExist."""
    _save(Template.objects.get(account_id=account_id, pk=template_id), name, subject, html)


def delete(account_id: int, template_id: int) -> None:
    """Forget a template; raises Template.DoesNotExist."""
    Template.objects.get(account_id=account_id, pk=template_id).delete()


def _save(row: Template, name: str, subject: str, html: str) -> int:
    row.name, row.subject, row.html = storable(name), storable(subject), storable(html)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise TemplateError("taken") from error
    return row.pk
