"""A QR code as the outline of an SVG: one unit each module."""

from typing import NamedTuple

import qrcode
from qrcode.constants import ERROR_CORRECT_M


class Drawing(NamedTuple):
    """`size` is that of its side, margin and all; `path` what is dark."""

    size: int
    path: str


def draw(text: str) -> Drawing:
    """Draw it with the margin of four modules that readers need (ISO/IEC 18004)."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return Drawing(len(rows), path)
