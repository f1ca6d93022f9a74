"""Authentication-Results as servers write them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mailserver.authenticity import results

FIELD = (
    b"mail.crepes.test 1; spf=pass (sender is allowed; really) smtp.mailfrom=bob@hamburger.test;\r\n"
    b'\tdkim=fail reason="bad signature" header.d=hamburger.test header.b="ab;c"; dmarc=none'
)


def test_the_statements_of_a_field() -> None:
    found = results.read(FIELD)
    assert found.server == "mail.crepes.test"
    assert [(each.method, each.result) for each in found.results] == [
        ("spf", "pass"),
        ("dkim", "fail"),
        ("dmarc", "none"),
    ]
    assert found.results[0].properties["smtp.mailfrom"] == "bob@hamburger.test"
    assert found.results[1].properties["header.d"] == "hamburger.test"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_taken(value: bytes) -> None:
    results.read(value)
    results.read(b"x; spf=pass " + value)


def test_what_is_written_is_read_again() -> None:
    said = [
        results.Result("spf", "fail", {"smtp.mailfrom": "shop.test", "smtp.helo": ""}, "-all"),
        results.Result("dkim", "pass", {"header.d": "shop.test", "header.s": 'a"b; c'}),
    ]
    field = results.write("mx.crepes.test", said)
    assert field == (
        b"Authentication-Results: mx.crepes.test;\r\n\tspf=fail (-all) smtp.mailfrom=shop.test;"
        b'\r\n\tdkim=pass header.d=shop.test header.s="ab; c"\r\n'
    )
    assert results.write("mx.crepes.test", []) == b"Authentication-Results: mx.crepes.test; none\r\n"


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_that_is_written_breaks_out(value: str, comment: str) -> None:
    field = results.write("mx.test", [results.Result("spf", "fail", {"smtp.helo": value}, comment)])
    assert field.count(b"\r\n") == 2
    assert field.isascii()
    found = results.read(field.partition(b":")[2])
    assert [(each.method, each.result) for each in found.results][:1] == [("spf", "fail")]
