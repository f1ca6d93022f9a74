"""Rules as Sieve: what is written is a valid script that reads as the same rules; and scripts of others."""

from datetime import date

import pytest
from sievelib.parser import Parser

from mailserver import sieve
from mailserver.query import parse, write
from mailserver.sieve import Filter, Reply


def rule(query: str, **acts: object) -> Filter:
    tree = parse(query).tree
    assert tree is not None
    return Filter(tree=tree, **acts)  # type: ignore[arg-type]


RULES = (
    rule("from:bob@x.test", name="Bob", folder='Work/B"ob\\', archives=True, stars=True),
    rule('subject:"a b" OR list:c.d', folder="项目", marks_read=True),
    rule("hello -larger:5M", trashes=True, enabled=False),
    rule("has:attachment to:a", forward_to="a@b.test", archives=True, stops=True),
    rule("deliveredto:me -(from:a OR cc:b) rfc822msgid:x@y", archives=True),
    rule("larger:0", forward_to="all@b.test", trashes=True),
)


def test_written_and_read_again() -> None:
    script = sieve.write(RULES)
    parser = Parser()
    assert parser.parse(script.encode()), parser.error
    found = sieve.read(script)
    assert found.unread == ()
    assert found.filters == RULES


def test_the_answer_is_valid_sieve() -> None:
    script = sieve.write([], Reply('Back "soon"\n.\n', "Away", date(2026, 12, 1), date(2026, 12, 24)))
    parser = Parser()
    assert parser.parse(script.encode()), parser.error
    assert '"ge" "date" "2026-12-01"' in script
    assert sieve.write([]) == "\n"


@pytest.mark.parametrize(
    ("script", "query", "acts"),
    [
        (
            'if header :contains "Subject" ["a", "b c"] {fileinto "X";}',
            'subject:a OR subject:"b c"',
            "X skip",
        ),
        ('if address :is :all "from" "A@b.test" {fileinto :copy "INBOX.X.Y";}', "from:A@b.test", "X/Y"),
        ('if address :domain :is "from" "b.test" {fileinto "INBOX/X.Y"; keep;}', "from:b.test", "X.Y"),
        ('if not size :under 10K {setflag ["\\\\Seen", "\\\\Flagged"];}', "-smaller:10K", "read star"),
        ('if header :matches "subject" "*[x]*" {discard; stop;}', 'subject:"[x]"', "trash stop"),
        ('redirect :copy "a@b.test";', "larger:0", "a@b.test"),
        ('redirect "a@b.test";', "larger:0", "trash a@b.test"),
        ('if anyof (true, false) {fileinto "Archive";}', "larger:0 OR -larger:0", "skip"),
        ('/* a */ if allof(header :contains "to" "a", body :text :contains "b") {stop;}', "to:a b", "stop"),
    ],
)
def test_what_others_write(script: str, query: str, acts: str) -> None:
    found = sieve.read(script)
    assert found.unread == ()
    [each] = found.filters
    words = {
        "skip": each.archives,
        "read": each.marks_read,
        "star": each.stars,
        "trash": each.trashes,
        "stop": each.stops,
    }
    done = [each.folder, *(word for word, does in words.items() if does), each.forward_to]
    assert (write(each.tree), " ".join(filter(None, done))) == (query, acts)


def test_a_branch_holds_where_those_before_it_do_not() -> None:
    script = """# rule:[Three]
        if header :contains "subject" "a" { keep; }
        elsif size :over 1M { discard; }
        else { addflag "\\\\Seen"; }"""
    found = sieve.read(script).filters
    assert [write(each.tree) for each in found] == ["-subject:a larger:1M", "-subject:a -larger:1M"]
    assert {each.name for each in found} == {"Three"}


@pytest.mark.parametrize(
    ("script", "line", "detail"),
    [
        ('keep;\n\nif exists "x-foo" { stop; }', 3, "exists"),
        ('if header :is "subject" "whole line" { stop; }', 1, ":is whole line"),
        ('if header :contains "x-spam" "yes" { stop; }', 1, "x-spam"),
        ('if true {\n  fileinto "Junk";\n}', 1, "Junk"),
        ('# x\nvacation "I am away";\n', 2, "vacation"),
        ("vnd.foo;", 1, ""),
        ("stop;\nif true { keep;\n @", 3, ""),
        ("if " + "not " * 5000 + "true { stop; }", 1, ""),
        ("text:a " * 5000, 1, "text:"),
        ("if true {", 1, "parsing error: end of script reached while right_cbracket expected"),
        ("}", 1, "parsing error: unexpected closing bracket } (none opened)"),
        ('if true { addflag "x"; }', 1, "x"),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(script: str, line: int, detail: str) -> None:
    [unread] = sieve.read(script).unread
    assert (unread.line, unread.detail) == (line, detail)


def test_the_good_statements_of_a_script_are_kept() -> None:
    script = 'require "vnd.x";\nfoo "bar";\nif header :contains "subject" "a" { discard; }\nbar;\n'
    found = sieve.read(script)
    assert [write(each.tree) for each in found.filters] == ["subject:a"]
    assert [each.line for each in found.unread] == [2, 4]
