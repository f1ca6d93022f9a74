"""Paragraphs as lines that fit a screen, and back (RFC 3676)."""

import pytest

from mailserver.message.flowed import flow, unflow


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", "short"),
        ("> quoted", "> quoted"),
        (">", ">"),
        (" indented", "  indented"),
        ("From me\n.\n>> deep", " From me\n .\n>> deep"),
        ("-- \nAlice  ", "-- \nAlice"),
        ("word " * 16, ("word " * 14) + "\nword word"),
        (">> " + "word " * 16, ">> " + "word " * 14 + "\n>> word word"),
        ("x" * 100, "x" * 100),
        ("字" * 30 + " " + "字" * 10, "字" * 30 + " \n" + "字" * 10),
    ],
)
def test_lines(text: str, lines: str) -> None:
    assert flow(text) == lines
    assert unflow(lines).rstrip(" ") == text.rstrip(" ")


def test_an_empty_quoted_line_gets_no_space() -> None:
    assert unflow("> a\n>\n> b") == "> a\n>\n> b"


def test_a_signature_mark_in_the_middle_of_a_paragraph_is_none() -> None:
    text = "-- " + "x" * 90
    assert unflow(flow(text)) == text
