"""What rules do, and did, in words."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webmail.models import Rule

from . import dates


def acts(rule: Rule, names: Mapping[int, str]) -> list[str]:
    """Say what a rule does, an act each; `names` are those of the mailboxes."""
    return list(_acts(rule, names))


def _acts(rule: Rule, names: Mapping[int, str]) -> Iterator[str]:
    if rule.trashes:
        yield _("delete")
    if rule.mailbox_id in names:
        yield _("put in %(name)s") % {"name": names[rule.mailbox_id]}
    if rule.archives:
        yield _("skip the Inbox")
    if rule.stars:
        yield _("star")
    if rule.marks_read:
        yield _("mark as read")
    if rule.never_spam:
        yield _("never spam")
    if rule.forward:
        yield _("forward to %(address)s") % {"address": rule.forward.address}
    if rule.stops:
        yield _("then stop")


def hits(rule: Rule) -> str:
    """Say how often a rule fitted, and when it did last."""
    if not rule.hits or rule.last_hit_at is None:
        return _("No mail yet")
    values = {"count": rule.hits, "date": dates.coming(rule.last_hit_at, within=True)}
    return ngettext("%(count)d message, %(date)s", "%(count)d messages, last %(date)s", rule.hits) % values
