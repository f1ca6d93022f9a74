"""One delivery in a process of its own, which may be killed at any moment."""

import os

import django

django.setup()

from webmail.delivery import attempt  # noqa: E402 (Django has to be ready)


def deliver(domain: str) -> None:
    """Carry out what is due at a destination, as a worker's thread does."""
    attempt.deliver(domain)
    os._exit(0)
