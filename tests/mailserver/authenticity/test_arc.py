"""ARC: ValiMail's test suite, verifying and sealing, and dkimpy finds valid what we seal."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mailserver.authenticity import arc, arc_seal, sign
from mailserver.authenticity.signed import SignedMessage
from mailserver.dns import NoAnswerError, NoSuchNameError

SUITE = json.loads(gzip.decompress((Path(__file__).parent / "suites" / "arc.json.gz").read_bytes()))
AT = datetime(2017, 6, 1, tzinfo=UTC)


def cases(part: str) -> list[Any]:
    return [
        pytest.param(scenario, case, id=f"{scenario['description']}: {name}")
        for scenario in SUITE[part]
        for name, case in scenario["tests"].items()
    ]


def test_the_suite_is_whole() -> None:
    assert (len(cases("validation")), len(cases("sign"))) == (171, 17)


def asking(records: dict[str, str]) -> Callable[[str], list[bytes]]:
    def ask(name: str) -> list[bytes]:
        if name not in records:
            raise NoSuchNameError(name)
        return [records[name].encode()]

    return ask


def raw_of(case: dict[str, Any]) -> bytes:
    return case["message"].replace("\n", "\r\n").encode()


@pytest.mark.parametrize(("scenario", "case"), cases("validation"))
def test_chains(scenario: dict[str, Any], case: dict[str, Any]) -> None:
    found = arc.verify(raw_of(case), asking(scenario["records"]), at=AT)
    # "" is a chain of which somebody said before that it is broken: RFC 8617 §5.2 calls that fail too.
    assert found.result == (case["cv"] or "fail"), found.reason
    assert found.is_over or case["cv"]


def found_before(raw: bytes, server: str) -> list[str]:
    """What a server of this name wrote into Authentication-Results of the message."""
    said = []
    for name, value in SignedMessage(raw).fields:
        writer, _, rest = " ".join(value.decode().split()).partition(";")
        if name.lower() == b"authentication-results" and writer.strip() == server:
            said += [each.strip() for each in rest.split(";") if each.strip()]
    return said


def tags(value: str) -> set[str]:
    return set("".join(value.split()).strip(";").split(";"))


@pytest.mark.parametrize(("scenario", "case"), cases("sign"))
def test_sealing(scenario: dict[str, Any], case: dict[str, Any]) -> None:
    raw, ask = raw_of(case), asking(scenario["records"])
    at = datetime.fromtimestamp(int(case["t"]), UTC)
    private = load_pem_private_key(scenario["privatekey"].encode(), None)
    key = sign.Key(scenario["domain"], scenario["selector"], private)  # type: ignore[arg-type]
    said, chain = found_before(raw, case["srv-id"]), arc.verify(raw, ask, at=at)
    if any(each.startswith("arc=fail") for each in said):
        chain = replace(chain, result="fail")
    sealed = arc_seal.seal(
        raw,
        key,
        found="; ".join([case["srv-id"], *said]),
        chain=chain,
        at=at,
        signed=case["sig-headers"].split(":"),
    )
    made = {name.decode(): tags(value.decode()) for name, value in SignedMessage(sealed + b"\r\n").fields}
    if not case["AS"].strip():
        assert made == {}
        return
    assert made["ARC-Authentication-Results"] == tags(case["AAR"])
    assert made["ARC-Message-Signature"] == tags(case["AMS"])
    # The seal covers how the signature is folded, which is everybody's own: it is verified instead.
    seal, expected = made["ARC-Seal"], tags(case["AS"])
    assert {each for each in seal if each[:2] != "b="} == {each for each in expected if each[:2] != "b="}
    wanted = "fail" if "cv=fail" in seal else "pass"
    assert arc.verify(sealed + raw, ask, at=at).result == wanted
    by_dkimpy, _, _ = dkimpy.arc_verify(
        sealed + raw, dnsfunc=lambda name, timeout=5: ask(name.decode().rstrip("."))[0]
    )
    assert by_dkimpy == (b"pass" if wanted == "pass" else None)


MESSAGE = b"From: a@a.test\r\nTo: b@b.test\r\nSubject: Hi\r\nDKIM-Signature: x\r\n\r\nHello\r\n"


def test_what_the_links_say_is_read() -> None:
    keys = [sign.Key(f"hop{number}.test", "s", sign.new_key(sign.ED25519)) for number in (1, 2)]
    ask = asking({f"s._domainkey.{key.domain}": sign.record(key.private) for key in keys})
    raw = MESSAGE
    for key in keys:
        found = f"mx.{key.domain}; spf=pass smtp.mailfrom=a.test; dmarc=pass header.from=a.test"
        raw = arc_seal.seal(raw, key, found=found, chain=arc.verify(raw, ask, at=AT), at=AT) + raw
    chain = arc.verify(raw, ask, at=AT)
    assert (chain.result, chain.length) == ("pass", 2)
    assert [link.domain for link in chain.links] == ["hop1.test", "hop2.test"]
    assert [link.results.server for link in chain.links] == ["mx.hop1.test", "mx.hop2.test"]
    assert {each.method: each.result for each in chain.links[0].results.results} == {
        "spf": "pass",
        "dmarc": "pass",
    }
    assert arc.voucher(chain, "a.test", {"hop2.test"}) == "hop2.test"
    assert arc.voucher(chain, "a.test", {"hop1.test", "hop2.test"}) == "hop1.test"
    assert arc.voucher(chain, "a.test", {"hop1.test"}) == arc.voucher(chain, "b.test", {"hop2.test"}) == ""
    broken = arc.verify(raw.replace(b"Hello", b"Hullo"), ask, at=AT)
    assert (broken.result, broken.links) == ("fail", ())
    again = arc_seal.seal(raw, keys[0], found="mx.hop1.test; arc=fail", chain=broken, at=AT)
    assert b"i=3;" in again
    assert (
        arc_seal.seal(again + raw, keys[0], found="x", chain=arc.verify(again + raw, ask, at=AT), at=AT)
        == b""
    )


def test_a_silent_dns_is_no_verdict() -> None:
    key = sign.Key("hop.test", "s", sign.new_key(sign.ED25519))
    raw = arc_seal.seal(MESSAGE, key, found="mx.hop.test; none", chain=arc.Arc("none"), at=AT) + MESSAGE

    def silent(name: str) -> list[bytes]:
        raise NoAnswerError(name)

    chain = arc.verify(raw, silent, at=AT)
    assert chain.result == "temperror"
    assert arc_seal.seal(raw, key, found="mx.hop.test; none", chain=chain, at=AT) == b""
