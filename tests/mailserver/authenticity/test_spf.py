"""SPF: the test suite of RFC 7208 (openspf.org, release 2014.04), and what it has no cases for."""

import json
from pathlib import Path

import pytest

from mailserver.authenticity.spf import check

from .zone import TIMEOUT, Zone

SUITE = json.loads((Path(__file__).parent / "suites" / "rfc7208.json").read_text())
CASES = [
    pytest.param(scenario["zonedata"], case, id=f"{scenario['description']}: {name}")
    for scenario in SUITE
    for name, case in scenario["tests"].items()
]


def test_the_suite_is_whole() -> None:
    assert len(CASES) == 203


@pytest.mark.parametrize(("zone", "case"), CASES)
def test_the_suite_of_rfc_7208(zone: dict[str, list[object]], case: dict[str, object]) -> None:
    found = check(str(case["host"]), str(case["mailfrom"]), str(case["helo"]), Zone(zone))
    expected = case["result"] if isinstance(case["result"], list) else [case["result"]]
    assert found.result in expected, found


def _txt(record: str) -> list[object]:
    return [{"TXT": record}]


def test_the_mechanism_that_matched_is_told() -> None:
    zone = Zone({"shop.test": _txt("v=spf1 ip4:192.0.2.1 ~all")})
    found = check("192.0.2.1", "news@shop.test", "mx.shop.test", zone)
    assert (found.result, found.domain, found.scope, found.reason) == (
        "pass",
        "shop.test",
        "mailfrom",
        "ip4:192.0.2.1",
    )
    found = check("192.0.2.2", "news@shop.test", "mx.shop.test", zone)
    assert (found.result, found.reason) == ("softfail", "~all")


def test_a_report_is_judged_by_helo() -> None:
    zone = Zone({"mx.shop.test": _txt("v=spf1 ip4:192.0.2.1 -all")})
    found = check("192.0.2.1", "", "mx.shop.test", zone)
    assert (found.result, found.domain, found.scope) == ("pass", "mx.shop.test", "helo")


def test_an_address_of_ipv4_in_ipv6_is_one_of_ipv4() -> None:
    zone = Zone({"shop.test": _txt("v=spf1 ip4:192.0.2.0/24 -all")})
    assert check("::ffff:192.0.2.9", "a@shop.test", "x", zone).result == "pass"


def test_a_local_part_beyond_ascii_stands_in_no_name() -> None:
    zone = Zone({"shop.test": _txt("v=spf1 exists:%{l}.allowed.test -all")})
    assert check("192.0.2.1", "妮@shop.test", "x", zone).result == "fail"


def test_names_of_the_address_are_asked_for_once() -> None:
    zone = Zone(
        {
            "shop.test": _txt("v=spf1 " + "exists:%{p}.%{p}.no.test " * 2 + "-all"),
            "1.2.0.192.in-addr.arpa": [{"PTR": "mx.shop.test"}],
            "mx.shop.test": [{"A": "192.0.2.1"}],
        }
    )
    assert check("192.0.2.1", "a@shop.test", "x", zone).result == "fail"
    assert [kind for _, kind in zone.asked].count("PTR") == 1


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 " + "include:shop.test " * 400,
        "v=spf1 redirect=shop.test",
        "v=spf1 " + "a:" + "%{i}" * 1900 + ".test",
        "v=spf1 exists:" + "%{ir}." * 1300 + "%{p} -all",
        "v=spf1 ip4:192.0.2.1" + " ?all" * 10_000,
        "v=spf1 mx:" + "a." * 3900 + "test -all",
    ],
)
def test_records_that_mean_harm_end(record: str) -> None:
    zone = Zone({"shop.test": _txt(record)})
    assert check("2001:db8::1", "a@shop.test", "x", zone).result in {"permerror", "fail", "neutral"}
    assert len(zone.asked) < 50


def test_a_silent_dns_proves_nothing() -> None:
    assert check("192.0.2.1", "a@shop.test", "x", Zone({"shop.test": [TIMEOUT]})).result == "temperror"
