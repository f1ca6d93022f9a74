"""The texts that a person keeps for letters."""

from typing import NamedTuple

from webmail.models import Template


class TemplateName(NamedTuple):
    """A template as a menu names it."""

    id: int
    name: str


def templates(account_id: int) -> list[TemplateName]:
    """All of an account (constraint template_name), by name: one statement, without the texts."""
    rows = Template.objects.filter(account_id=account_id).values_list("pk", "name")
    return sorted((TemplateName(*row) for row in rows), key=lambda row: (row.name.casefold(), row.id))


def template(account_id: int, template_id: int) -> Template:
    """Open one; raises Template.DoesNotExist."""
    return Template.objects.get(account_id=account_id, pk=template_id)
