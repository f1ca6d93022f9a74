"""DMARC: records, the walk up the DNS tree, alignment, and what is asked for."""

import pytest

from mailserver.authenticity.dkim import Signature
from mailserver.authenticity.dmarc import Dmarc, check, organization_of
from mailserver.authenticity.dmarc_record import Record, parse
from mailserver.authenticity.spf import Spf

from .zone import TIMEOUT, Zone

NO_SPF = Spf("none", "elsewhere.test")


def zone(records: dict[str, str]) -> Zone:
    """A DNS of DMARC records by domain."""
    return Zone({f"_dmarc.{domain}": [{"TXT": record}] for domain, record in records.items()})


def spf(domain: str, result: str = "pass") -> Spf:
    return Spf(result, domain)


def signed(domain: str, result: str = "pass") -> list[Signature]:
    return [Signature(domain, "s1", result)]


def judged(
    domain: str, records: dict[str, str], by: Spf = NO_SPF, signatures: list[Signature] | None = None
) -> Dmarc:
    return check([domain], by, signatures or [], zone(records))


@pytest.mark.parametrize(
    ("raw", "record"),
    [
        (b"v=DMARC1; p=reject", Record("reject")),
        (b"v=DMARC1", Record("none")),
        (b"v=DMARC1 ;P = QUARANTINE;sp=none;np=reject;", Record("quarantine", "none", "reject")),
        (
            b"v=DMARC1; p=none; adkim=s; aspf=S; t=y; psd=n; pct=50; new=1",
            Record("none", strict_dkim=True, strict_spf=True, is_testing=True, psd="n"),
        ),
        (b"v=DMARC1; p=none; adkim=x; psd=maybe; t", Record("none")),
        (b"v=DMARC1; p=nonsense", None),
        (b"v=DMARC1; p=reject; sp=nonsense", None),
        (b"v=DMARC1; p=nonsense; rua=mailto:d@a.test", Record("none", reports_to=("d@a.test",))),
        (
            b"v=DMARC1; rua=mailto:d@a.test!10m, https://a.test/,MAILTO:e@b.test",
            Record("none", reports_to=("d@a.test", "e@b.test")),
        ),
        (b"v=dmarc1; p=reject", None),
        (b"v=DMARC10; p=reject", None),
        (b"p=reject; v=DMARC1", None),
        (b"v=spf1 -all", None),
        (b"\xff", None),
    ],
)  # fmt: skip
def test_records(raw: bytes, record: Record | None) -> None:
    assert parse(raw) == record


def test_what_the_domain_itself_sends_passes() -> None:
    records = {"shop.test": "v=DMARC1; p=reject"}
    found = judged("shop.test", records, spf("shop.test"))
    assert (found.result, found.spf, found.dkim) == ("pass", True, False)
    found = judged("shop.test", records, signatures=signed("shop.test"))
    assert (found.result, found.spf, found.dkim) == ("pass", False, True)


def test_what_others_send_in_its_name_fails() -> None:
    records = {"shop.test": "v=DMARC1; p=reject"}
    found = judged("shop.test", records, spf("evil.test"), signed("evil.test"))
    assert (found.result, found.policy, found.policy_domain) == ("fail", "reject", "shop.test")
    assert judged("shop.test", records, spf("shop.test", "softfail")).result == "fail"
    assert judged("shop.test", records, spf("notshop.test")).result == "fail"


def test_what_could_not_be_checked_is_not_refused() -> None:
    records = {"shop.test": "v=DMARC1; p=reject"}
    assert judged("shop.test", records, spf("shop.test", "temperror")).result == "temperror"
    assert judged("shop.test", records, signatures=signed("shop.test", "temperror")).result == "temperror"
    assert judged("shop.test", records, spf("shop.test", "temperror"), signed("shop.test")).result == "pass"
    silent = Zone({"_dmarc.shop.test": [TIMEOUT]})
    assert check(["shop.test"], NO_SPF, [], silent).result == "temperror"


def test_a_signature_that_nobody_can_check_excuses_nothing() -> None:
    records = {"shop.test": "v=DMARC1; p=reject"}
    found = judged("shop.test", records, spf("evil.test", "temperror"), signed("evil.test", "temperror"))
    assert found.result == "fail"


def test_relaxed_and_strict() -> None:
    relaxed = {"shop.test": "v=DMARC1; p=reject"}
    strict = {"shop.test": "v=DMARC1; p=reject; adkim=s; aspf=s"}
    for by, signatures in ((spf("bounce.shop.test"), []), (NO_SPF, signed("mail.shop.test"))):
        assert judged("shop.test", relaxed, by, signatures).result == "pass"
        assert judged("shop.test", strict, by, signatures).result == "fail"
    # Cousins, and those above.
    assert judged("news.shop.test", relaxed, spf("bounce.shop.test")).result == "pass"
    assert judged("news.shop.test", relaxed, spf("shop.test")).result == "pass"


def test_policies_for_what_is_below() -> None:
    records = {"shop.test": "v=DMARC1; p=reject; sp=quarantine; np=none"}
    names = zone(records)
    names._records["real.shop.test"] = [{"A": "192.0.2.1"}]
    assert check(["shop.test"], NO_SPF, [], names).policy == "reject"
    assert check(["real.shop.test"], NO_SPF, [], names).policy == "quarantine"
    assert check(["unreal.shop.test"], NO_SPF, [], names).policy == "none"
    assert judged("unreal.shop.test", {"shop.test": "v=DMARC1; p=reject"}).policy == "reject"
    # A record of its own has the last word.
    own = records | {"news.shop.test": "v=DMARC1; p=none; sp=reject"}
    assert judged("news.shop.test", own).policy == "none"


def test_a_test_is_told() -> None:
    found = judged("shop.test", {"shop.test": "v=DMARC1; p=reject; t=y"})
    assert (found.result, found.policy, found.is_testing) == ("fail", "reject", True)


def test_the_walk_finds_the_organization() -> None:
    # The examples of RFC 9989 §4.10.2.
    records = {"mail.example.test": "v=DMARC1; p=none", "example.test": "v=DMARC1; p=none"}
    assert organization_of("a.mail.example.test", zone(records)) == "example.test"
    assert organization_of("a.mail.example.test", zone({"test": "v=DMARC1; psd=y"})) == "example.test"
    assert organization_of("a.mail.example.test", zone({})) == "a.mail.example.test"
    psd_n = {"mail.example.test": "v=DMARC1; psd=n", "example.test": "v=DMARC1; p=none"}
    assert organization_of("a.mail.example.test", zone(psd_n)) == "mail.example.test"
    # A registry is its own organization when mail is from itself.
    assert organization_of("test", zone({"test": "v=DMARC1; psd=y"})) == "test"


def test_siblings_below_a_registry_are_strangers() -> None:
    records = {"co.test": "v=DMARC1; p=reject; psd=y"}
    found = judged("shop.co.test", records, spf("evil.co.test"))
    assert (found.result, found.policy, found.policy_domain) == ("fail", "reject", "co.test")
    assert judged("shop.co.test", records, spf("mail.shop.co.test")).result == "pass"


def test_the_walk_asks_eight_times_at_most() -> None:
    names = zone({"example.test": "v=DMARC1; p=reject"})
    deep = ".".join("abcdefghijklmnopqrstuvwxyz") + ".example.test"
    assert check([deep], NO_SPF, [], names).policy_domain == "example.test"
    asked = list(dict.fromkeys(name for name, _ in names.asked))
    assert asked[:3] == [f"_dmarc.{deep}", "_dmarc.v.w.x.y.z.example.test", "_dmarc.w.x.y.z.example.test"]
    assert len(asked) == 8


def test_two_records_are_none() -> None:
    names = Zone({"_dmarc.shop.test": [{"TXT": "v=DMARC1; p=reject"}, {"TXT": "v=DMARC1; p=none"}]})
    assert check(["shop.test"], NO_SPF, [], names).result == "none"
    names = Zone({"_dmarc.shop.test": [{"TXT": "v=DMARC1; p=reject"}, {"TXT": "hello"}]})
    assert check(["shop.test"], NO_SPF, [], names).result == "fail"


def test_several_authors_of_several_domains_are_exempt() -> None:
    assert check(["a.test", "b.test"], NO_SPF, [], zone({})).result == "permerror"
    assert check([], NO_SPF, [], zone({})).result == "none"
