"""All checks of a message together: whose domain is judged, what counts as forged, shares of the time."""

import time
from datetime import UTC, datetime

import pytest

from mailserver.authenticity import check as module
from mailserver.authenticity.check import Checks, check
from mailserver.authenticity.dkim import Signature
from mailserver.authenticity.dmarc import Dmarc
from mailserver.authenticity.spf import Spf

from .zone import Zone

RECORDS = {
    "shop.test": [{"TXT": "v=spf1 ip4:192.0.2.1 -all"}],
    "_dmarc.shop.test": [{"TXT": "v=DMARC1; p=reject"}],
}


def checked(head: bytes, ip: str = "192.0.2.1", zone: Zone | None = None) -> Checks:
    return check(
        head + b"\r\n\r\nHi\r\n",
        ip=ip,
        helo="mx.shop.test",
        mail_from="a@shop.test",
        dns=zone or Zone(RECORDS),
        at=datetime.now(UTC),
    )


@pytest.mark.parametrize(
    ("head", "domain", "result"),
    [
        (b"From: a@shop.test", "shop.test", "pass"),
        (b"From: A <a@SHOP.test>, b@shop.test", "shop.test", "pass"),
        (b"\r\nFrom: a@shop.test", "shop.test", "pass"),
        (b"From: a@shop.test, b@other.test", "", "permerror"),
        (b"From: a@shop.test\r\nFrom: b@other.test", "", "permerror"),
        (b"From: nobody", "", "none"),
        (b"Subject: x", "", "none"),
        ("From: a@sh\u00f6p.test".encode(), "xn--shp-tna.test", "none"),
    ],
)
def test_the_domain_that_readers_see_is_judged(head: bytes, domain: str, result: str) -> None:
    found = checked(head)
    assert (found.dmarc.domain, found.dmarc.result) == (domain, result)


def test_what_is_written_down() -> None:
    found = checked(b"From: a@shop.test", ip="192.0.2.9").results()
    said = [(each.method, each.result, dict(each.properties), each.comment) for each in found]
    assert said == [
        ("spf", "fail", {"smtp.mailfrom": "shop.test"}, "-all"),
        ("dkim", "none", {}, ""),
        (
            "dmarc",
            "fail",
            {"header.from": "shop.test", "policy.dmarc": "reject", "policy.arc": ""},
            "p=reject",
        ),
    ]


@pytest.mark.parametrize(
    ("spf", "signature", "dmarc", "forged"),
    [
        ("pass", "", "pass", False),
        ("pass", "", "fail", True),
        ("fail", "", "temperror", False),
        ("fail", "", "none", True),
        ("fail", "pass", "none", False),
        ("softfail", "", "none", False),
    ],
)
def test_what_is_forged(spf: str, signature: str, dmarc: str, forged: bool) -> None:
    signatures = (Signature("shop.test", "s", signature),) if signature else ()
    found = Checks(Spf(spf, "shop.test"), signatures, Dmarc(dmarc, "shop.test"))
    assert found.is_forged is forged
    assert not Checks(*(found.spf, found.dkim, found.dmarc, found.chain), vouched_by="lists.test").is_forged


def test_the_domain_of_from_has_time_of_its_own() -> None:
    class Timed(Zone):
        def until(self, deadline: float) -> Zone:
            given.append(deadline)
            return self

    given: list[float] = []
    checked(b"From: a@shop.test", zone=Timed(RECORDS))
    latest = time.monotonic() + module.SECONDS
    whole, spf, dkim = given
    assert spf < dkim < whole <= latest
