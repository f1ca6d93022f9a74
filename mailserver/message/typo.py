"""Domains that were meant: one slip of the fingers away from one that is known."""

from collections.abc import Collection

BIG = (
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
    "icloud.com",
    "live.com",
    "msn.com",
    "aol.com",
    "ymail.com",
    "mail.com",
    "email.com",
    "proton.me",
    "protonmail.com",
    "fastmail.com",
    "googlemail.com",
    "qq.com",
    "foxmail.com",
    "163.com",
    "126.com",
    "yeah.net",
    "sina.com",
    "sohu.com",
    "139.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "orange.fr",
    "yandex.ru",
    "mail.ru",
)
_SHORTEST = 5


def meant(domain: str, known: Collection[str] = ()) -> str:
    """The domain that was probably meant; "" for one that is known, or like none that is.

    Names of less than five letters are told apart by their end alone: too many of them are alike.
    """
    names = [*known, *BIG]
    if domain in names:
        return ""
    return next((name for name in names if _is_slip(domain, name)), "")


def _is_slip(typed: str, name: str) -> bool:
    label, _, end = typed.partition(".")
    right_label, _, right_end = name.partition(".")
    if label == right_label:
        return _is_one_edit(end, right_end)
    is_long = max(len(label), len(right_label)) >= _SHORTEST
    return is_long and end == right_end and _is_one_edit(label, right_label)


def _is_one_edit(one: str, other: str) -> bool:
    """Tell whether a letter was left out, doubled, mistyped, or two were swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]
