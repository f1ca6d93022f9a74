"""What a domain's records should be, and what is said of those that are there."""

import pytest

from mailserver.dns import Resolver
from mailserver.setup import lookup
from mailserver.setup.records import Installation, Record, Weight, expected, policy, policy_id
from mailserver.setup.service import Security, Service
from mailserver.setup.verdict import Found, judge
from tests.names import SERVFAIL, Names

HERE = Installation(
    "mx.crepes.test",
    "www.crepes.test",
    (
        Service("smtp", "mx.crepes.test", 465, Security.TLS),
        Service("imap", "mx.crepes.test", 143, Security.STARTTLS),
    ),
    addresses=("203.0.113.7",),
    site_addresses=("203.0.113.8",),
)
DKIM = [("one._domainkey.crepes.test", "v=DKIM1; k=rsa; p=AAAA")]
RIGHT: dict[str, dict[str, list[str]] | str] = {
    "mx.crepes.test": {"A": ["203.0.113.7"]},
    "7.113.0.203.in-addr.arpa": {"PTR": ["mx.crepes.test."]},
    "crepes.test": {"MX": ["10 mx.crepes.test.", "20 backup.test."], "TXT": ['"v=spf1 mx -all"', '"other"']},
    "one._domainkey.crepes.test": {"TXT": ['"v=DKIM1; k=rsa; " "p=AA" "AA"']},
    "_dmarc.crepes.test": {"TXT": ['"v=DMARC1; p=reject"']},
    "_mta-sts.crepes.test": {"TXT": [f'"v=STSv1; id={policy_id("mx.crepes.test")}"']},
    "mta-sts.crepes.test": {"CNAME": ["www.crepes.test."]},
    "_smtp._tls.crepes.test": {"TXT": ['"v=TLSRPTv1; rua=mailto:tls@else.test"']},
    "_submissions._tcp.crepes.test": {"SRV": ["5 5 465 mx.crepes.test."]},
    "_imap._tcp.crepes.test": {"SRV": ["10 1 143 mx.crepes.test."]},
    "autoconfig.crepes.test": {"A": ["203.0.113.8"]},
    "autodiscover.crepes.test": {"CNAME": ["WWW.crepes.test."]},
}


def faults(records: dict[str, dict[str, list[str]] | str]) -> dict[str, str]:
    """What is wrong, asked of a name server with these records."""
    wanted = expected("crepes.test", HERE, DKIM)
    with Names(records) as names:
        found = lookup.find(Resolver(names.server, lifetime=1), wanted)
    verdicts = [judge(record, each, HERE.addresses) for record, each in zip(wanted, found, strict=True)]
    return {
        f"{verdict.record.purpose} {verdict.record.name}": verdict.fault
        for verdict in verdicts
        if verdict.fault
    }


def test_a_domain_with_everything_is_told_nothing() -> None:
    assert faults(RIGHT) == {}


def test_a_domain_with_nothing_is_told_all() -> None:
    found = faults({})
    assert len(found) == len(expected("crepes.test", HERE, DKIM))
    assert set(found.values()) == {"missing"}


def test_a_name_server_in_trouble_is_not_a_missing_record() -> None:
    broken = RIGHT | {"crepes.test": SERVFAIL}
    assert faults(broken) == {"mx crepes.test": "silent", "spf crepes.test": "silent"}


@pytest.mark.parametrize(
    ("purpose", "values", "fault", "note"),
    [
        ("mx", ["10 other.test.", "20 mx.crepes.test."], "other", ""),
        ("mx", ["0 ."], "other", ""),
        ("mx", ["10 MX.Crepes.test.", "10 other.test."], "", ""),
        ("spf", ["v=spf1 mx -all", "v=spf1 -all"], "twice", ""),
        ("spf", ["v=spf1 +all"], "open", ""),
        ("spf", ["v=spf1 ip4:203.0.113.7 ~all"], "", ""),
        ("spf", ["v=spf1 include:spf.provider.test -all"], "", "unsure"),
        ("spf", ["v=spf1 mx"], "", "weaker"),
        ("spf", ["v=spf1 mx ?all"], "", "weaker"),
        ("spf", ["v=spf1 -all"], "other", ""),
        ("spf", ["v=spf10 mx -all"], "missing", ""),
        ("spf", ["v=spf1"], "other", ""),
        ("dkim", ["v=DKIM1; p="], "other", ""),
        ("dmarc", ["v=DMARC1; p=none"], "", "watching"),
        ("dmarc", ["v=DMARC1; p=nonsense"], "syntax", ""),
        ("dmarc", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "twice", ""),
        ("mta-sts", ["v=STSv1; id=old"], "other", ""),
        ("tls-rpt", ["v=TLSRPTv1;"], "syntax", ""),
        ("ptr", ["host-7.provider.test."], "other", ""),
        ("srv", ["0 1 993 mx.crepes.test."], "other", ""),
        ("autoconfig", ["203.0.113.9"], "other", ""),
        ("address", ["198.51.100.1"], "", ""),
    ],
)
def test_what_is_there_is_judged(purpose: str, values: list[str], fault: str, note: str) -> None:
    record = next(each for each in expected("crepes.test", HERE, DKIM) if each.purpose == purpose)
    verdict = judge(record, Found(tuple(values)), HERE.addresses)
    assert (verdict.fault, verdict.note) == (fault, note)


def test_what_is_to_be_pasted_says_what_it_should() -> None:
    records = {(each.name, each.kind): each for each in expected("crepes.test", HERE, DKIM)}
    assert records["crepes.test", "MX"].value == "10 mx.crepes.test."
    assert records["_imap._tcp.crepes.test", "SRV"].value == "10 1 143 mx.crepes.test."
    assert records["203.0.113.7", "PTR"] == Record(
        "ptr", "203.0.113.7", "PTR", "mx.crepes.test.", Weight.HURTS
    )
    lines = policy("mx.crepes.test").split("\r\n")
    assert lines[:3] == ["version: STSv1", "mode: enforce", "mx: mx.crepes.test"]
    assert policy_id("mx.crepes.test") != policy_id("other.test")
    assert len(policy_id("mx.crepes.test")) <= 32
