"""Authentication-Results as servers write them."""

from hypothesis import given
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


@given(st.binary(max_size=300))
def test_any_bytes_are_taken(value: bytes) -> None:
    results.read(value)
    results.read(b"x; spf=pass " + value)
