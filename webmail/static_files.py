"""Static files under an address that changes with their content: cached for ever, never stale."""

import hashlib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

_PACKAGES_WITH_FILES = ("django", "django-htmx", "django-unfold")
_YEAR = 365 * 24 * 3600


class _Files(Protocol):
    def add_files(self, root: str, prefix: str) -> None: ...


def content_version(folder: Path) -> str:
    """Twelve letters that change with any of our files, or with a package that brings some."""
    digest = hashlib.sha256()
    for package in _PACKAGES_WITH_FILES:
        digest.update(f"{package} {version(package)}\n".encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _folders() -> Iterator[str]:
    """Where the static files of the apps, then our own, lie: a later one wins over an earlier."""
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415 (needs settings)

    for finder in reversed(list(get_finders())):
        yield from dict.fromkeys(storage.location for _path, storage in finder.list([]))


def with_static_files[App: _Files](server: Callable[..., App], application: object) -> App:
    """Put a servestatic `server` (ASGI or WSGI) in front of `application`."""
    from django.conf import settings  # noqa: PLC0415 (settings import this module)

    wrapped = server(
        application, max_age=_YEAR, immutable_file_test=lambda _path, _url: True, allow_all_origins=False
    )
    for folder in _folders():
        wrapped.add_files(folder, settings.STATIC_URL)
    return wrapped
