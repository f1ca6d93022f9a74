"""The query language: what each writing means, what is mended, what is refused; nothing raises."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailserver.query import (
    MAX_LENGTH,
    MAX_TERMS,
    Age,
    And,
    Day,
    Has,
    In,
    Is,
    MessageId,
    Not,
    Or,
    Remote,
    Size,
    Status,
    Text,
    leaves,
    parse,
    words_of,
    write,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  \u3000 ", None),
        ('""', None),
        ("flour", Text("flour")),
        ("flo*", Text("flo", prefix=True)),
        ('"flour and milk"', Text("flour and milk", exact=True)),
        ("a b", And((Text("a"), Text("b")))),
        ("a AND b", And((Text("a"), Text("b")))),
        ("a b OR c", And((Text("a"), Or((Text("b"), Text("c")))))),
        ("{a b c}", Or((Text("a"), Text("b"), Text("c")))),
        ("(a b) OR c", Or((And((Text("a"), Text("b"))), Text("c")))),
        ("-a", Not(Text("a"))),
        ("NOT a", Not(Text("a"))),
        ("-(a b)", Not(And((Text("a"), Text("b"))))),
        ("- a", Text("a")),
        ("e-mail", Text("e-mail")),
        ("f(x)", And((Text("f"), Text("x")))),
        ("from:bob", Text("bob", "from")),
        ("From: bob", Text("bob", "from")),
        ('to:"Bob Smith"', Text("Bob Smith", "to", exact=True)),
        ("cc:bob", Text("bob", "cc")),
        ("bcc:bob", Text("bob", "bcc")),
        ("subject:(a -b)", And((Text("a", "subject"), Not(Text("b", "subject"))))),
        ("from:{amy bob}", Or((Text("amy", "from"), Text("bob", "from")))),
        ("from：“王 小明”", Text("王 小明", "from", exact=True)),
        ('filename:"report(1).pdf"', Text("report(1).pdf", "filename", exact=True)),
        ("list:dev.example", Text("dev.example", "list")),
        ("deliveredto:me@x.test", Text("me@x.test", "deliveredto")),
        ("has:attachment", Has("attachment")),
        ("is:unread", Is("unread")),
        ("is:STAR", Is("starred")),
        ("is:muted", Is("muted")),
        ("is:snoozed", Is("snoozed")),
        ("in:anywhere", In("anywhere")),
        ('label:"To do"', In("To do", label=True)),
        ("before:2026/11/22", Day(True, date(2026, 11, 22))),
        ("after:2026-1", Day(False, date(2026, 1, 1))),
        ("older_than:2w", Age(True, 2, "w")),
        ("newer_than:12h", Age(False, 12, "h")),
        ("larger:1.5M", Size(True, 3 << 19)),
        ("smaller:20kb", Size(False, 20 << 10)),
        ("rfc822msgid:<1@x.test>", MessageId("1@x.test")),
        ("status:bounced", Status("failed")),
        ("remote:Gmail.com", Remote("gmail.com")),
        ("http://x.test/a?b=c", Text("http://x.test/a?b=c")),
        ("12:30", Text("12:30")),
        ("或者", Text("或者")),
    ],
)
def test_what_is_written_and_what_it_means(text: str, tree: object) -> None:
    parsed = parse(text)
    assert parsed.tree == tree
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("flour before:tomorrow", [("date", 6, 21, "before")]),
        ("before:2026/02/30", [("date", 0, 17, "before")]),
        ("before:0001/01/01", [("date", 0, 17, "before")]),
        ("after:9999", [("date", 0, 10, "after")]),
        ("is:foo", [("value", 0, 6, "is")]),
        ("is:(unread OR foo)", [("value", 14, 17, "is")]),
        ("older_than:week", [("period", 0, 15, "older_than")]),
        ("larger:big", [("size", 0, 10, "larger")]),
        ("remote:///", [("domain", 0, 10, "remote")]),
        ("a from:", [("missing", 2, 7, "from")]),
        ('from:""', [("missing", 0, 5, "from")]),
        ("a " * 21, [("terms", 40, 41, "")]),
        ("(" * 30, [("deep", 20, 21, "")]),
        ("x" * 1001, [("long", 1000, 1001, "")]),
    ],
)
def test_what_has_no_meaning_is_refused_where_it_stands(text: str, problems: list[tuple]) -> None:
    assert [(each.code, each.start, each.end, each.detail) for each in parse(text).errors] == problems


@pytest.mark.parametrize(
    ("text", "tree", "code"),
    [
        ('a "b c', And((Text("a"), Text("b c", exact=True))), "quote"),
        ("(a", Text("a"), "bracket"),
        ("a)", Text("a"), "stray_bracket"),
        ("a OR", Text("a"), "stray_or"),
        ("OR a", Text("a"), "stray_or"),
        ("form:bob", Text("form:bob"), "operator"),
    ],
)
def test_what_is_clear_enough_is_mended_and_told(text: str, tree: object, code: str) -> None:
    parsed = parse(text)
    assert parsed.tree == tree
    assert [problem.code for problem in parsed.problems] == [code]
    assert parsed.errors == ()


def test_the_words_to_mark_are_those_that_a_hit_has() -> None:
    tree = parse("flour -eggs (milk OR is:unread) from:bob").tree
    assert [text.value for text in words_of(tree)] == ["flour", "milk", "bob"]


PIECES = st.sampled_from(
    [
        *(
            "a",
            "b*",
            "*",
            "会议",
            "(",
            ")",
            "{",
            "}",
            "-",
            " ",
            "\u3000",
            '"',
            "“",
            "OR",
            " OR ",
            " AND ",
            "NOT ",
        ),
        *("from:", "to：", "in:", "is:unread", "is:", "before:2026/1/2", "larger:5M", "older_than:3d", "x:y"),
        *(
            "label:",
            "rfc822msgid:",
            "remote:x.test",
            "status:failed",
            "has:attachment",
            "\x00",
            "\ud800",
            ":",
            "12",
        ),
    ]
)
QUERIES = st.one_of(st.text(max_size=MAX_LENGTH + 5), st.lists(PIECES, max_size=60).map("".join))


@given(QUERIES)
def test_anything_can_be_typed(text: str) -> None:
    parsed = parse(text)
    assert len(list(leaves(parsed.tree))) <= MAX_TERMS
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in parsed.problems)
    assert all(0 <= leaf.at[0] < leaf.at[1] <= len(text) for leaf in leaves(parsed.tree))


@example('LABEL:"FROM:')
@given(QUERIES)
def test_what_was_read_can_be_written_and_read_again(text: str) -> None:
    parsed = parse(text)
    if parsed.errors:
        return
    again = parse(write(parsed.tree))
    assert again.tree == parsed.tree or len(write(parsed.tree)) > MAX_LENGTH
    assert again.errors == () or len(write(parsed.tree)) > MAX_LENGTH
