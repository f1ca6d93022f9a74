"""Paths are read strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.smtp.path import PathError, forward_path, reverse_path


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("<bob@here.test>", ("bob@here.test", "")),
        (" <bob@here.test> NOTIFY=NEVER", ("bob@here.test", "NOTIFY=NEVER")),
        ("<Bob.O'Neil+tag@Here.Test>", ("Bob.O'Neil+tag@Here.Test", "")),
        ('<"bob"@here.test>', ("bob@here.test", "")),
        (r'<"b\ob"@here.test>', ("bob@here.test", "")),
        ('<"bob smith"@here.test>', ('"bob smith"@here.test', "")),
        ('<"a>b"@here.test> X=1', ('"a>b"@here.test', "X=1")),
        ("<POSTMASTER>", ("postmaster", "")),
        (f"<{'a' * 64}@here.test>", ("a" * 64 + "@here.test", "")),
        ("<用户@例子.test>", ("用户@例子.test", "")),
    ],
)
def test_forward_paths(argument: str, expected: tuple[str, str]) -> None:
    assert forward_path(argument) == expected


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "<>",
        "<bob>",
        "<@>",
        "<bob@>",
        "<@here.test>",
        "bob@here.test",
        "<bob@here.test",
        "<bob@here.test>x",
        "<bob@here.test>>",
        "<<bob@here.test>>",
        "<.bob@here.test>",
        "<bob.@here.test>",
        "<b..b@here.test>",
        "<bob smith@here.test>",
        "<bob@-here.test>",
        "<bob@here..test>",
        "<bob@here.test.>",
        "<bob@here_.test:25>",
        "<bob@a@here.test>",
        '<"bob@here.test>',
        '<"a"b@here.test>',
        "<@a.test,@b.test:bob@here.test>",
        "<bob%there.test@here.test>",
        "<there.test!bob@here.test>",
        '<"bob@there.test"@here.test>',
        "<bob@[127.0.0.1]>",
        "<bob@[IPv6:::1]>",
        f"<{'a' * 65}@here.test>",
        f"<a@{'b' * 64}.test>",
        f"<a@{'.'.join(['b' * 60] * 5)}>",
        "<bob\x00@here.test>",
        "<bob\x85@here.test>",
        "<bob\u2028@here.test>",
    ],
)
def test_refused_forward_paths(argument: str) -> None:
    with pytest.raises(PathError) as refusal:
        forward_path(argument)
    assert refusal.value.reply.permanent


@pytest.mark.parametrize(
    ("argument", "address"),
    [("<>", ""), ("<bob@[192.0.2.1]>", "bob@[192.0.2.1]"), ("<x!y%z@there.test>", "x!y%z@there.test")],
)
def test_reverse_paths(argument: str, address: str) -> None:
    """The null sender; and what would be routing in a recipient is only a name in a sender."""
    assert reverse_path(argument) == (address, "")


@pytest.mark.parametrize("argument", ["<@a.test:bob@there.test>", "< >", "<postmaster>", "<bob@[there]>"])
def test_refused_reverse_paths(argument: str) -> None:
    with pytest.raises(PathError):
        reverse_path(argument)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (forward_path, reverse_path):
        try:
            address, _ = read(f"<{text}>")
        except PathError:
            continue
        assert len(address.encode()) <= 254
        assert not any(ord(character) < 32 for character in address)
