"""Stylesheets and scripts without a build: all CSS as one answer, all behaviours found by their place."""

from functools import cache
from pathlib import Path

from webmail.static_files import content_version

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
def behaviours() -> tuple[str, ...]:
    """Name every ES module right in `static/js/`, one behaviour each; `static/js/lib/` is what they share."""
    return tuple(f"js/{path.name}" for path in sorted((STATIC / "js").glob("*.js")))
