"""The keys that domains of ours sign with: made, put to use, taken out of use."""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from mailserver.authenticity import sign
from webmail.models import DkimKey, Domain

from .sealing import UnsealError, seal, unseal

log = logging.getLogger(__name__)

_KINDS = {sign.RSA: "r", sign.ED25519: "e"}


class NoSuchKeyError(LookupError):
    """The domain has no key of this selector, or there is no such domain."""


def make_missing() -> int:
    """Give domains without keys one of each kind, in use at once; how many domains. One statement for none.

    A record that is not yet in the DNS makes a signature that nobody finds valid, and no mail worse for it.
    """
    bare = list(Domain.objects.filter(dkim_keys=None))
    for domain in bare:
        now = timezone.now()
        keys = [_new(domain, kind, _selector(kind, now), activated_at=now) for kind in _KINDS]
        # Another worker may have been faster: its selectors are the same.
        DkimKey.objects.bulk_create(keys, ignore_conflicts=True)
    return len(bare)


def make(domain_name: str, algorithm: str) -> DkimKey:
    """Make a key that is not yet in use: its record goes into the DNS first. Raises NoSuchKeyError."""
    domain = Domain.objects.filter(name=domain_name).first()
    if domain is None:
        raise NoSuchKeyError(domain_name)
    taken = set(DkimKey.objects.filter(domain=domain).values_list("selector", flat=True))
    base = _selector(algorithm, timezone.now())
    names = (base, *(f"{base}{number}" for number in range(2, 1000)))
    key = _new(domain, algorithm, next(name for name in names if name not in taken))
    key.save(force_insert=True)
    return key


def activate(domain_name: str, selector: str) -> list[DkimKey]:
    """Sign with a key from now on, and with no other of its kind; those that are retired by that."""
    now = timezone.now()
    with transaction.atomic():
        key = find(domain_name, selector)
        others = DkimKey.objects.filter(
            domain=key.domain_id, algorithm=key.algorithm, activated_at__isnull=False, retired_at=None
        )
        retired = list(others.exclude(pk=key.pk).select_for_update())
        others.exclude(pk=key.pk).update(retired_at=now)
        DkimKey.objects.filter(pk=key.pk).update(activated_at=now, retired_at=None)
    return retired


def retire(domain_name: str, selector: str) -> None:
    """Sign with a key no more. Raises NoSuchKeyError."""
    DkimKey.objects.filter(pk=find(domain_name, selector).pk).update(retired_at=timezone.now())


def listing(domain_names: Iterable[str] = ()) -> list[DkimKey]:
    """All keys of domains, or of all domains, the newest of each first."""
    keys = DkimKey.objects.select_related("domain").order_by("domain__name", "-created_at", "selector")
    names = list(domain_names)
    return list(keys.filter(domain__name__in=names) if names else keys)


def of_domain(domain_name: str) -> list[sign.Key]:
    """The keys that mail of a domain is signed with, RSA first; one statement (dkim_domain_selector).

    One that can't be unsealed is passed over: mail goes without it.
    """
    keys = DkimKey.objects.filter(
        domain__name=domain_name, activated_at__isnull=False, retired_at=None
    ).order_by("-algorithm")
    found = (
        _opened(domain_name, selector, secret) for selector, secret in keys.values_list("selector", "secret")
    )
    return [key for key in found if key]


@lru_cache(maxsize=1000)
def _opened(domain: str, selector: str, secret: str) -> sign.Key | None:
    try:
        return sign.Key(domain, selector, sign.loads(unseal(secret)))
    except (UnsealError, ValueError):
        log.error("The key %s._domainkey.%s can't be unsealed", selector, domain)  # noqa: TRY400
        return None


def _new(domain: Domain, algorithm: str, selector: str, activated_at: datetime | None = None) -> DkimKey:
    private = sign.new_key(algorithm)
    return DkimKey(
        domain=domain,
        selector=selector,
        algorithm=algorithm,
        secret=seal(sign.dumps(private)),
        record=sign.record(private),
        activated_at=activated_at,
    )


def _selector(algorithm: str, now: datetime) -> str:
    return f"p{now:%Y%m}{_KINDS[algorithm]}"


def find(domain_name: str, selector: str) -> DkimKey:
    """The key of a domain; raises NoSuchKeyError."""
    key = DkimKey.objects.filter(domain__name=domain_name, selector=selector).first()
    if key is None:
        raise NoSuchKeyError(f"{selector}._domainkey.{domain_name}")
    return key
