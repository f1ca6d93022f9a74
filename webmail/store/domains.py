"""Domains whose mail ends here."""

from webmail.models import Domain


def ensure(name: str) -> Domain:
    """The domain of this name (A-labels), made when it is missing."""
    domain, _ = Domain.objects.get_or_create(name=name.strip().rstrip(".").lower())
    return domain
