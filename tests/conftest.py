"""What every test has: people, watched logs, cheap password hashes; and in which order they run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

pytest_plugins = ["tests.logs", "tests.people"]

# A browser leaves an event loop running in its process: a test that wants one of its own could not follow.
# Files are handed to the processes whole and in this order (`make test`): the flows mostly wait, and begin.
_ORDER = ("flows", "", "browser")


def pytest_configure(config: pytest.Config) -> None:
    """Hash passwords cheaply: the cost of Argon2 is its virtue, and nothing that a test is about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nobodys_language() -> Iterator[None]:
    """Forget the language and the time zone that the last request of a test left active in this thread."""
    yield
    translation.deactivate()
    timezone.deactivate()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests, see above."""
    items.sort(key=lambda item: _ORDER.index(_folder(item) if _folder(item) in _ORDER else ""))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]
