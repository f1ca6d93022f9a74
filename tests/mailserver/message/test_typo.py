"""Slips of the fingers in domains."""

import pytest

from mailserver.message.typo import meant


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("qq.con", "qq.com"),
        ("hamburgr.test", "hamburger.test"),
        ("gmail.com", ""),
        ("mail.com", ""),
        ("qp.com", ""),
        ("162.com", ""),
        ("example.org", ""),
        ("", ""),
    ],
)
def test_what_was_meant(typed: str, expected: str) -> None:
    assert meant(typed, ["hamburger.test"]) == expected
