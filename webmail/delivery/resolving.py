"""The resolver that this process asks."""

from functools import lru_cache

from django.conf import settings

from mailserver.dns import Resolver


def resolver() -> Resolver:
    """Return the operator's resolver, or the system's."""
    return _resolver(settings.DNS_RESOLVER, settings.DNS_VALIDATES)


@lru_cache
def _resolver(server: str, validates: str) -> Resolver:
    """One resolver a process, so that its cache serves all threads."""
    return Resolver(server, trusted={"yes": True, "no": False}.get(validates))
