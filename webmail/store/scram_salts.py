"""The salt of a person's app passwords: one for all of them, as SCRAM asks for it before it knows which."""

from django.utils.crypto import salted_hmac

from mailserver.sasl import Salt
from webmail.models import AppPassword

_OCTETS = 16


def of(address: str) -> Salt:
    """Give the salt that an address has; a stranger's is as lasting, and nobody can tell the two apart."""
    address = address.lower()
    kept = AppPassword.objects.filter(user__address=address).exclude(scram_salt=b"")
    found = kept.order_by("pk").values_list("scram_salt", flat=True).first()
    return Salt(bytes(found or salted_hmac(__name__, address, algorithm="sha256").digest()[:_OCTETS]))
