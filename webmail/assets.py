"""Stylesheets and scripts: all CSS as one answer, all behaviours found by their place or in their bundle."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import django_htmx
from django.utils.safestring import SafeString, mark_safe

from webmail.static_files import content_version

HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-4.min.js"
STATIC = Path(__file__).resolve().parent.parent / "static"
_BEFORE, _AFTER = ("reset", "tokens", "base", "layout"), ("utilities",)


@cache
def version() -> str:
    """Name the present contents of `static/`; part of each address, so browsers may keep files forever."""
    return content_version(STATIC)


@cache
def stylesheet() -> bytes:
    """All layers in order; each file in `static/css/components/` is part of it."""
    css = STATIC / "css"
    paths = [css / f"{name}.css" for name in _BEFORE]
    paths += sorted((css / "components").glob("*.css"))
    paths += [css / f"{name}.css" for name in _AFTER]
    return b"\n".join(path.read_bytes() for path in paths)


@cache
def gzipped_stylesheet() -> bytes:
    """The same, as nearly every browser takes it."""
    return gzip.compress(stylesheet(), mtime=0)


@cache
def letter_style() -> SafeString:
    """What the frame of a letter looks like: written into it, one request less before it is seen."""
    return mark_safe((STATIC / "css" / "letter.css").read_text())  # noqa: S308 (ours)


@cache
def behaviours() -> tuple[str, ...]:
    """Name the scripts of a page: the bundle while it is made of the present sources, else the sources.

    These are the ES modules right in `static/js/`, one behaviour each; `static/js/lib/` is what they share.
    """
    if _is_bundled():
        return ("build/behaviours.js",)
    return tuple(f"js/{path.name}" for path in sorted((STATIC / "js").glob("*.js")))


def of_pages() -> list[str]:
    """Name every file of `static/` that a page may load, now or later: what is kept to show pages offline."""
    scripts = "build/*.js" if _is_bundled() else "js/**/*.js"
    found = [path.relative_to(STATIC).as_posix() for path in sorted(STATIC.glob(scripts))]
    own = [] if _is_bundled() else [htmx(), "build/editor.js"]
    return [*found, *own, "icons.svg", "img/logo.svg", "img/icon-192.png", "img/badge-96.png"]


def worker(shell: Mapping[str, object]) -> str:
    """The service worker: what it keeps of the site, then its files in the order of their names."""
    sources = "\n".join(path.read_text() for path in sorted((STATIC / "worker").glob("*.js")))
    return f'"use strict";\nconst SHELL = {json.dumps(shell)};\n{sources}'


@cache
def htmx() -> str:
    """Name the script of htmx: the copy that comes compressed, while there is one."""
    return "build/htmx.js" if _is_bundled() else "django_htmx/htmx-4.min.js"


def _is_bundled() -> bool:
    """Compare the contents that `make assets` bundled with those that are here."""
    manifest = STATIC / "build" / "behaviours.json"
    if not manifest.exists():
        return False
    paths = [*(STATIC / "js").rglob("*.js"), STATIC / "build" / "editor.js"]
    sources = {path.relative_to(STATIC).as_posix(): path for path in paths} | {HTMX.name: HTMX}
    present = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sources.items()}
    made_of: dict[str, str] = json.loads(manifest.read_text())
    return made_of == present
