"""What a line of a list stands for: a conversation, or a single message for who wants no conversations."""

from collections.abc import Mapping

from django.http import HttpRequest

from webmail.models import Unit


def unit_of(request: HttpRequest) -> Unit:
    """As the reader wants it."""
    return Unit.CONVERSATION if request.user.conversation_view else Unit.MESSAGE


def named_by(values: Mapping[str, str]) -> Unit:
    """What the ids of a request name. Its page says it, for its reader may have chosen otherwise since."""
    return Unit.MESSAGE if values.get("of") == Unit.MESSAGE else Unit.CONVERSATION
