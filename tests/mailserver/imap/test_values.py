"""The pure pieces: names, patterns, sets of numbers, the session's picture."""

from array import array

import pytest

from mailserver.imap import sequence, utf7
from mailserver.imap.backend import Changes
from mailserver.imap.patterns import Pattern
from mailserver.imap.replies import Bad
from mailserver.imap.view import View
from mailserver.imap.written import Written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("台北", "&U,BTFw-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("A & B", "A &- B"),
        ("Entwürfe", "Entw&APw-rfe"),
        ("🎂", "&2Dzfgg-"),
    ],
)
def test_modified_utf7(name: str, written: str) -> None:
    assert utf7.encode(name) == written
    assert utf7.decode(written) == name


@pytest.mark.parametrize("written", ["&", "&U", "&U,BTFw", "&!!-", "&AAA"])
def test_broken_utf7(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        utf7.decode(written)


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("*", ["a", "a/b"], []),
        ("%", ["a"], ["a/b"]),
        ("a/%", ["a/b", "a/"], ["a", "a/b/c"]),
        ("*/c", ["a/c", "a/b/c"], ["c"]),
        ("%/%", ["a/b"], ["a", "a/b/c"]),
        ("inbox", ["INBOX"], ["inbox"]),
        ("a%c*", ["abc", "abcd/e", "acc"], ["a/c", "ab"]),
    ],
)
def test_patterns(pattern: str, fitting: list[str], others: list[str]) -> None:
    found = Pattern([pattern])
    assert [name for name in fitting + others if found.fits(name)] == fitting


def test_sets_of_numbers() -> None:
    found = sequence.parse(b"7:3,1,*:9")
    assert found.bounds(8) == [(1, 1), (3, 9)]
    assert sequence.within([1, 2, 5, 9, 10], found.bounds(8)) == [1, 5, 9]
    assert sequence.written([1, 2, 3, 5, 9, 10]) == "1:3,5,9:10"
    for wrong in (b"0", b"1:", b":1", b"1,,2", b"a", b"4294967296"):
        with pytest.raises(ValueError, match="number"):
            sequence.parse(wrong)


def test_a_view_keeps_numbers_until_they_may_go() -> None:
    view = View(array("I", [10, 20, 30, 40]), 1)
    assert view.chosen(sequence.parse(b"2:3"), by_uid=False) == [20, 30]
    assert view.chosen(sequence.parse(b"15:35,50"), by_uid=True) == [20, 30]
    assert view.chosen(sequence.parse(b"50:*"), by_uid=True) == [40]
    assert view.chosen(sequence.parse(b"1:2,2:3"), by_uid=False) == [10, 20, 30]
    with pytest.raises(Bad):
        view.chosen(sequence.parse(b"5"), by_uid=False)
    view.take(Changes(5, [], [20, 40, 99]))
    assert (len(view), view.number(30), view.modseq) == (4, 3, 5)
    assert view.let_go() == [(2, 20), (3, 40)]
    assert (list(view.uids), view.number(30), view.let_go()) == ([10, 30], 2, [])


def test_what_was_written_is_kept_within_its_limit() -> None:
    kept = Written(1000)
    kept.put("ENVELOPE", {1: b"x" * 100, 2: b"y" * 100})
    assert kept.column("ENVELOPE", [1, 2, 3]) == [b"x" * 100, b"y" * 100, None]
    assert kept.column("BODY", [1]) == [None]
    # Half of the bytes are young now, and all of it becomes old; what is asked for is young again.
    kept.put("ENVELOPE", {3: b"z" * 100})
    assert kept.column("ENVELOPE", [1]) == [b"x" * 100]
    kept.put("ENVELOPE", {4: b"a" * 100, 5: b"b" * 100})
    kept.put("ENVELOPE", {6: b"c" * 100})
    assert [bool(octets) for octets in kept.column("ENVELOPE", [1, 2, 4, 6])] == [True, False, True, True]
    kept.put("ENVELOPE", {7: b"z" * 20_000})
    assert kept.column("ENVELOPE", [7]) == [None]
