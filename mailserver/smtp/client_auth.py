"""Signing in at a smarthost (RFC 4954); what proves who we are is in no transcript."""

import base64
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """Name and password at a smarthost."""

    name: str
    password: str = field(repr=False)


def mechanism(offered: str) -> str:
    """Choose how to sign in from what EHLO offers; "" when there is no way that we know."""
    known = offered.upper().split()
    return next((name for name in ("PLAIN", "LOGIN") if name in known), "")


def plain(login: Credentials) -> str:
    """Write the one answer of PLAIN (RFC 4616)."""
    return _encoded(f"\0{login.name}\0{login.password}")


def steps(login: Credentials) -> tuple[str, str]:
    """Write the two answers of LOGIN."""
    return _encoded(login.name), _encoded(login.password)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
