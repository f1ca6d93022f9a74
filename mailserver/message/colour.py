"""Colours of foreign HTML for both grounds: each declared one becomes `light-dark(its own, the dark one)`.

Every text colour for the dark is at least `TEXT` bright and every ground at most `GROUND`, so that any text
on any ground has the contrast of WCAG 2.2 §1.4.3, wherever in the letter they meet.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from tinycss2.color4 import Color
from tinycss2.color5 import parse_color

# Relative luminances (WCAG 2.2): (0.58 + 0.05) / (0.085 + 0.05) is 4.6.
TEXT = 0.58
GROUND = 0.085
# Over a picture in the dark: white seen through this is as dark as a ground.
VEIL = "linear-gradient(light-dark(transparent,rgb(0 0 0/.68)),light-dark(transparent,rgb(0 0 0/.68)))"

_OF_GROUND = re.compile(r"background(?:-color|-image)?")
_OF_LINE = re.compile(r"(?:border|outline|column-rule)(?:-[a-z-]+)?")
# A border so broad is no line but the ground of a button.
_BROAD = re.compile(r"(?<![\w.#])(?:[4-9]|[1-9]\d)(?:\.\d+)?px")
_OF_TEXT = re.compile(r"color|text-(?:decoration(?:-color)?|emphasis(?:-color)?)")
_COLOUR = re.compile(
    r"url\(\"[^\"]*+\"\)|\"[^\"]*+\"|'[^']*+'"
    r"|(?P<colour>#[0-9a-f]{3,8}(?![\w-])|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([^()]{1,80}\)"
    r"|(?<![\w#.-])[a-z]{3,24}(?![\w(-]))",
    re.IGNORECASE,
)
_RISEN = 0.28  # what a dark button has at least, to be seen there
_PAGE = 0.218  # lightness of the dark sheet that letters lie on: white becomes it

type _Triple = tuple[float, float, float]
type _Make = Callable[[float, float, float], _Triple]


def for_both(name: str, value: str) -> str:
    """The `value` of the property `name` with its colours for the light and the dark ground."""
    if _OF_LINE.fullmatch(name) and _BROAD.search(value):
        name = "background"
    for names, make in ((_OF_TEXT, _as_text), (_OF_GROUND, _as_ground), (_OF_LINE, _as_line)):
        if names.fullmatch(name):
            return _COLOUR.sub(lambda found, make=make: _pair(found, make), value)  # type: ignore[misc]
    return value


def _pair(found: re.Match[str], make: _Make) -> str:
    written = found["colour"]
    dark = _dark(written.lower(), make) if written else None
    return f"light-dark({written},{dark})" if dark else found[0]


@lru_cache(maxsize=2048)
def _dark(written: str, make: _Make) -> str | None:
    """The colour for the dark ground, as #rrggbb or with its alpha; None when there is nothing to change."""
    colour = parse_color(written)
    if not isinstance(colour, Color):
        return None
    red, green, blue = (min(max(float(part or 0), 0.0), 1.0) for part in colour.to("srgb").coordinates)
    alpha = min(max(float(colour.alpha), 0.0), 1.0)
    if alpha == 0:
        return None
    if make is _as_text:
        # What shines through is white in the light; the result is opaque.
        red, green, blue = (alpha * part + 1 - alpha for part in (red, green, blue))
        alpha = 1.0
    return _hex(make(*_to_oklab(red, green, blue)), alpha)


def _as_text(lightness: float, a: float, b: float) -> _Triple:
    """Light ones stay, dark ones become light; the darker, the lighter."""
    if lightness < 0.7:
        lightness = 0.95 - 0.12 * lightness / 0.7
    found = _in_gamut(lightness, a, b)
    while luminance(*found) < TEXT:
        lightness += 0.01
        found = _in_gamut(lightness, a, b)
    return found


def _as_ground(lightness: float, a: float, b: float) -> _Triple:
    """Light ones become dark: white the sheet itself, greys a little lighter. Dark ones must rise from it."""
    lightness = min(_PAGE + (1 - lightness) * 0.8, 0.44) if lightness > 0.6 else max(lightness, _RISEN)
    found = _in_gamut(lightness, a, b)
    while luminance(*found) > GROUND:
        lightness -= 0.01
        found = _in_gamut(lightness, a, b)
    return found


def _as_line(lightness: float, a: float, b: float) -> _Triple:
    """As a ground; but a black line stays to be seen."""
    return _as_ground(max(lightness, 0.42), a, b)


def luminance(red: float, green: float, blue: float) -> float:
    """Relative luminance of an sRGB colour with parts from 0 to 1 (WCAG 2.2)."""
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _gamma(part: float) -> float:
    return float(12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)


def _to_oklab(red: float, green: float, blue: float) -> _Triple:
    """Oklab: lightness and the two axes of hue, in which equal steps look equal."""
    red, green, blue = _linear(red), _linear(green), _linear(blue)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _to_rgb(lightness: float, a: float, b: float) -> _Triple:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _in_gamut(lightness: float, a: float, b: float) -> _Triple:
    """The colour of this lightness and hue, as strong as sRGB allows."""
    lightness = min(max(lightness, 0.0), 1.0)
    strength = 1.0
    for _ in range(24):
        found = _to_rgb(lightness, a * strength, b * strength)
        if all(-0.0005 <= part <= 1.0005 for part in found):
            return _clipped(found)
        strength *= 0.85
    return _clipped(_to_rgb(lightness, 0, 0))


def _clipped(colour: _Triple) -> _Triple:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in colour)
    return red, green, blue


def _hex(colour: _Triple, alpha: float = 1.0) -> str:
    parts = [*colour, alpha] if alpha < 1 else colour
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
