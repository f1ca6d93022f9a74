"""Addresses as people write them, and the one spelling we keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import address
from mailserver.message.address import Address


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"bob@x.test", [("", "bob@x.test")]),
        (b"Bob <bob@x.test>", [("Bob", "bob@x.test")]),
        (b'"Doe, Jane" <j@x.test>, c@d.test', [("Doe, Jane", "j@x.test"), ("", "c@d.test")]),
        (b'"a \\"q\\" b" <j@x.test>', [('a "q" b', "j@x.test")]),
        (b"=?gb2312?B?1tDOxA==?= <a@b.test>", [("中文", "a@b.test")]),
        (b'"=?utf-8?q?a=2C_b?=" <x@y.test>', [("a, b", "x@y.test")]),
        (b"=?utf-8?q?=2C_evil=40x=2Etest?= <x@y.test>", [(", evil@x.test", "x@y.test")]),
        (b"c@d.test (Carl (the) Great)", [("Carl (the) Great", "c@d.test")]),
        (
            b"friends: a@b.test, C <c@d.test>;, e@f.test",
            [("", "a@b.test"), ("C", "c@d.test"), ("", "e@f.test")],
        ),
        (b"undisclosed-recipients:;", []),
        (b"x@y.test,", [("", "x@y.test")]),
        (b"a@b.test; c@d.test", [("", "a@b.test"), ("", "c@d.test")]),
        (b"Joe Q. Public <@r1,@r2:john@q.test>", [("Joe Q. Public", "john@q.test")]),
        (b"a@b.test <a@b.test>", [("a@b.test", "a@b.test")]),
        (b"a @ b.test", [("", "a@b.test")]),
        (b"Bob Smith bob@x.test", [("Bob Smith", "bob@x.test")]),
        (b"root", [("", "root")]),
        (b"((((", []),
        (b"<>", []),
        (b"", []),
        ("José <j@x.test>".encode("latin-1"), [("José", "j@x.test")]),
    ],
)
def test_parse(value: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.spec) for each in address.parse(value)] == expected


@given(st.text(alphabet='a@b.<>(),:;"\\ \t=?', max_size=80))
def test_parse_never_raises(value: str) -> None:
    for each in address.parse(value):
        assert "\n" not in str(each)


def test_hostile_lists_are_read_once() -> None:
    assert address.parse("(" * 100_000) == ()
    assert len(address.parse("a@b.test," * 20_000)) == address.MAX_ENTRIES
    assert address.parse('"' * 99_999) is not None


def test_groups_keep_their_limits_for_an_envelope() -> None:
    kinds = [entry.group for entry in address.entries("team: a@b.test;")]
    assert kinds == [address.GROUP_BEGINS, "", address.GROUP_ENDS]


def test_routes_are_kept_for_an_envelope() -> None:
    [john, bob] = address.entries("John <@r1, @r2 :john@q.test>, <mailto:bob@x.test>")
    assert (john.route, john.spec) == ("@r1,@r2", "john@q.test")
    assert (bob.route, bob.spec) == ("", "bob@x.test")


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Bob@Hämburger.test", "bob@xn--hmburger-0za.test"),
        (" ALICE@Crepes.TEST. ", "alice@crepes.test"),
        ("a+b@x.test", "a+b@x.test"),
        ("张三@例子.test", "张三@xn--fsqu00a.test"),
    ],
)
def test_normalise(text: str, spelling: str) -> None:
    assert address.normalise(text) == spelling


@pytest.mark.parametrize(
    "text",
    ["", "bob", "@x.test", "bob@", "a b@x.test", "a@b@x.test", "a@-x.test", "a@x..test", "a\r\nb@x.test",
     '"a b"@x.test', ".a@x.test", "a@[192.0.2.1]", "a" * 65 + "@x.test", "a@" + "x" * 64 + ".test",
     "a\u202e@x.test"],
)  # fmt: skip
def test_normalise_refuses(text: str) -> None:
    with pytest.raises(address.AddressError):
        address.normalise(text)


def test_many_spaces_between_words_are_one_but_in_quotes() -> None:
    assert address.parse("Sound  &  Graphics <a@x.test>") == (Address("Sound & Graphics", "a", "x.test"),)
    assert address.parse('"Sound  Graphics" <a@x.test>') == (Address("Sound  Graphics", "a", "x.test"),)


def test_spec_and_domain() -> None:
    assert Address("", "bob", "x.test").spec == "bob@x.test"
    assert address.domain_of("a@b@X.test") == "x.test"
    assert address.domain_of("root") == ""
