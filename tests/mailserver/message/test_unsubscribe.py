"""The ways a mailing names to leave it, as mailers write them, well and badly."""
# ruff: noqa: E501

import pytest

from mailserver.message import header
from mailserver.message.unsubscribe import Mailto, Ways, list_key, list_name, mailto, ways

POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
LETTER = Mailto("leave@list.test")


def read(*lines: str) -> Ways | None:
    return ways(
        header.fields("".join(f"{line.removesuffix(chr(13) + chr(10))}\r\n" for line in lines).encode())
    )


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<https://list.test/u?a=1&b=2>", Ways("https://list.test/u?a=1&b=2")),
        ("<mailto:leave@list.test>", Ways(mailto=LETTER)),
        ("<mailto:leave@list.test>, <https://list.test/>", Ways("https://list.test/", LETTER)),
        ("<http://list.test/>, <https://list.test/>", Ways("https://list.test/")),
        (
            "(use the web) <https://list.test/> (or) <mailto:leave@list.test>",
            Ways("https://list.test/", LETTER),
        ),
        ("<https://list.test/a\r\n  /b>", Ways("https://list.test/a/b")),
        ("https://list.test/", Ways("https://list.test/")),
        ("https://list.test/, mailto:leave@list.test", Ways("https://list.test/", LETTER)),
        ("=?utf-8?Q?=3Chttps=3A//list.test/u=3E?=", Ways("https://list.test/u")),
        ("<HTTPS://list.test/>", Ways("HTTPS://list.test/")),
    ],
)
def test_ways(value: str, found: Ways) -> None:
    assert read(f"List-Unsubscribe: {value}") == found


@pytest.mark.parametrize(
    "value",
    ["", "<>", "<ftp://a.test/>", "<javascript:alert(1)>", "<mailto:>", "<mailto:nobody>", "<//list.test/>", "unsubscribe", "<data:text/html,x>", "<tel:1>"],
)  # fmt: skip
def test_what_is_no_way(value: str) -> None:
    assert read(f"List-Unsubscribe: {value}") is None


def test_without_the_field_there_is_none() -> None:
    assert read("Subject: x", POST) is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["List-Unsubscribe: <https://a.test/>", POST], True),
        (
            ["List-Unsubscribe: <https://a.test/>", "List-Unsubscribe-Post:  list-unsubscribe = one-click"],
            True,
        ),
        (["List-Unsubscribe: <https://a.test/>"], False),
        (["List-Unsubscribe: <http://a.test/>", POST], False),
        (["List-Unsubscribe: <mailto:a@a.test>", POST], False),
        (["List-Unsubscribe: <https://a.test/>", "List-Unsubscribe-Post: confirm=1"], False),
    ],
)
def test_one_click_is_said(lines: list[str], says: bool) -> None:
    found = read(*lines)
    assert found is not None
    assert found.says_one_click is says


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("mailto:leave@list.test?subject=unsubscribe%20me", Mailto("leave@list.test", "unsubscribe me")),
        ("mailto:a+b%2Bc@list.test?Subject=x&body=one%0D%0Atwo", Mailto("a+b+c@list.test", "x", "one\ntwo")),
        ("mailto:leave@list.test?cc=victim@x.test&bcc=v@x.test&to=w@x.test&attach=/etc/passwd", LETTER),
        ("mailto:leave@list.test,other@list.test", LETTER),
        (
            "mailto:leave@list.test?subject=a%0D%0ABcc:%20v@x.test",
            Mailto("leave@list.test", "aBcc: v@x.test"),
        ),
        ("mailto:Leave@LIST.test", LETTER),
        ("mailto:leave@例子.test", Mailto("leave@xn--fsqu00a.test")),
        ("mailto:leave", None),
        ("mailto:?to=a@b.test", None),
        ("mailto:a@b@c.test", None),
    ],
)
def test_mailto(url: str, found: Mailto | None) -> None:
    assert mailto(url) == found


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (b"List-Id: Slow Cooks <slow.lists.test>\r\n", "Slow Cooks"),
        (b'List-Id: "Slow Cooks" <slow.lists.test>\r\n', "Slow Cooks"),
        (b"List-Id: <slow.lists.test>\r\nList-Post: <mailto:slow@lists.test>\r\n", "slow.lists.test"),
        (b"List-Id: <a1b2c3.mailer.test>\r\n", "Shop"),
        (b"List-Id: a1b2c3\r\n", "Shop"),
        (b"", "Shop"),
    ],
)
def test_a_list_is_called_as_people_know_it(lines: bytes, name: str) -> None:
    assert list_name(header.fields(lines), "Shop") == name


def test_a_list_is_known_by_its_id_else_by_its_sender() -> None:
    named = header.fields(b"List-Id: Cooks of the Slow Kind <Slow.Lists.test>\r\n")
    assert list_key(named, "News@shop.test") == "<slow.lists.test>"
    assert list_key([], "News@shop.test") == "news@shop.test"
    assert list_key(header.fields(b"List-Id: no brackets\r\n"), "a@b.test") == "a@b.test"
