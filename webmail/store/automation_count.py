"""How much an account does with mail by itself: kept on its row, so that a delivery knows without asking."""

from webmail.models import Account, ForwardAddress, Rule


def recount(account_id: int) -> None:
    """Count anew, within the change of a rule, of forwarding or of a vacation."""
    rules = Rule.objects.filter(account_id=account_id, enabled=True).count()
    forwards = ForwardAddress.objects.filter(account_id=account_id, takes_all=True).count()
    rows = Account.objects.filter(pk=account_id)
    away = rows.filter(away_from__isnull=False).count()
    rows.update(automation_count=rules + forwards + away)
