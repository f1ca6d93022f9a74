"""Passkeys: a device of the person proves by a signature that it is there (WebAuthn Level 3).

The steps of the ceremonies are those of `fido2`; here is what they are about and what is kept.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webmail.models import Passkey, User

from . import doors, second_factor
from .refusal import RefusalError
from .text import storable

MAX_NAME = 100
_ALGORITHM = 3  # its label in a key (RFC 9052 §7.1)
MOST = 20
# What reading bytes of a stranger's making raises in fido2, the last by ever deeper lists.
_UNREADABLE = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, struct.error),
    RecursionError,
)

type Json = dict[str, Any]


class PasskeyError(RefusalError):
    """It can't be kept; `code` is invalid, taken or full."""


@dataclass(frozen=True, slots=True)
class Site:
    """The host whose passkeys these are, as the browser asked for it: with its port, if any."""

    host: str

    def server(self) -> Fido2Server:
        """Make what verifies for this host."""
        name = self.host.partition(":")[0]
        entity = PublicKeyCredentialRpEntity(id=name, name=f"Postillion ({name})")
        return Fido2Server(entity, verify_origin=self._is_ours)

    def _is_ours(self, origin: str) -> bool:
        """Take answers from a page of this very host; browsers have passkeys over https and on localhost."""
        url = urlsplit(origin)
        return url.netloc == self.host and (url.scheme == "https" or url.hostname == "localhost")


def begin_registration(user: User, site: Site) -> tuple[Json, Json]:
    """Say what a device needs to make a passkey; and the state to come back with."""
    person = PublicKeyCredentialUserEntity(
        id=salted_hmac("webmail.passkeys", str(user.pk), algorithm="sha256").digest(),
        name=user.address,
        display_name=user.name or user.address,
    )
    options, state = site.server().register_begin(
        person,
        _credentials(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options)["publicKey"], dict(state)


def register(user: User, site: Site, state: Json, answer: Mapping[str, Any], name: str) -> Passkey:
    """Keep a passkey that a device made. Raises PasskeyError."""
    try:
        made = site.server().register_complete(state, answer)
        credential = made.credential_data
    except _UNREADABLE as error:
        raise PasskeyError("invalid") from error
    if credential is None or credential.public_key.get(_ALGORITHM) not in CoseKey.supported_algorithms():
        raise PasskeyError("invalid")
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise PasskeyError("full")
    try:
        with transaction.atomic():
            doors.changed(user)
            return Passkey.objects.create(
                user=user,
                name=storable(name)[:MAX_NAME],
                credential_id=websafe_encode(credential.credential_id),
                credential=bytes(credential),
                sign_count=made.counter,
            )
    except IntegrityError as error:
        raise PasskeyError("taken") from error


def begin(site: Site, user: User | None, *, alone: bool) -> tuple[Json, Json]:
    """Ask for a passkey, of this person or of anybody.

    Alone, without a password, it must tell the person from the device's thief: by its PIN, or a finger.
    """
    wanted = UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
    credentials = _credentials(user) if user else None
    options, state = site.server().authenticate_begin(credentials, user_verification=wanted)
    return dict(options)["publicKey"], dict(state)


def check(site: Site, state: Json, answer: Mapping[str, Any], user: User | None) -> User | None:
    """Say whose passkey has answered, of this person's if one is named; None when it proves nothing."""
    try:
        read = AuthenticationResponse.from_dict(answer)
        known = _find(websafe_encode(read.raw_id), user)
        if known is None:
            return None
        site.server().authenticate_complete(state, [AttestedCredentialData(bytes(known.credential))], read)
        counted = read.response.authenticator_data.counter
    except _UNREADABLE:
        return None
    return known.user if _count(known, counted) else None


def remove(user: User, key: int) -> str:
    """Forget one; its name, "" when it is gone already or another's."""
    found = Passkey.objects.filter(user=user, pk=key)
    name = found.values_list("name", flat=True).first() or ""
    found.delete()
    second_factor.forget_idle_codes(user)
    return name


def _find(credential_id: str, user: User | None) -> Passkey | None:
    """Find a passkey by its unique id."""
    of_whom = {"user": user} if user else {}
    return Passkey.objects.select_related("user").filter(credential_id=credential_id, **of_whom).first()


def _count(known: Passkey, counted: int) -> bool:
    """Keep the device's counter; one that doesn't rise is a copy's (WebAuthn §7.2, step 22)."""
    rows = Passkey.objects.filter(pk=known.pk)
    if counted or known.sign_count:
        rows = rows.filter(sign_count__lt=counted)
    return rows.update(sign_count=counted, last_used_at=timezone.now()) == 1


def _credentials(user: User) -> list[AttestedCredentialData]:
    rows = Passkey.objects.filter(user=user).values_list("credential", flat=True)
    return [AttestedCredentialData(bytes(row)) for row in rows]
