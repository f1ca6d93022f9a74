"""What the frame of a message may do, and on which ground it stands in the dark."""

import re

_LOCAL = "'self' data:"
_REMOTE = "'self' data: https: http:"
# Own colours or backgrounds: the letter was drawn for white paper.
_DRAWN = re.compile(r"bgcolor|background|(?:^|[;\"'\s])color\s*[:=]", re.IGNORECASE)


def policy(*, remote: bool) -> str:
    """Write the Content-Security-Policy of a body: styles and pictures, nothing else."""
    pictures = _REMOTE if remote else _LOCAL
    return (
        f"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline' 'self'; font-src 'none'; "
        "script-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )


def wants_paper(html: str) -> bool:
    """Tell whether the body has colours of its own, which must not meet a dark page."""
    return _DRAWN.search(html) is not None
