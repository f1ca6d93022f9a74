"""DKIM: an example of the RFCs, what dkimpy signs, what was changed since, and signatures that mean harm."""
# ruff: noqa: E501

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailserver.authenticity.dkim import Signature, verify
from mailserver.dns import NoAnswerError, NoSuchNameError

NOW = datetime.now(UTC)
MESSAGE = (
    b"From: Shop <news@shop.test>\r\nTo: alice@crepes.test\r\nSubject: Sale\r\n"
    b"List-Unsubscribe: <https://shop.test/u/1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"\r\nEverything \t must go. \r\n\r\n\r\n"
)
LIST_FIELDS = {"list-unsubscribe", "list-unsubscribe-post"}
SIGNED = [b"from", b"to", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"]

# RFC 8463 Appendix A: one message, signed with Ed25519 and with RSA.
RFC_8463 = """\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
RFC_8463_KEYS = {
    "brisbane._domainkey.football.example.com": (
        b"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    ),
    "test._domainkey.football.example.com": (
        b"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2"
        b"jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
        b"Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
    ),
}


class Signer:
    """A domain with a key; its DNS is a dictionary."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 1024)
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public = base64.b64encode(public)
        self.records = {"s1._domainkey.shop.test": b"v=DKIM1; k=rsa; p=" + self.public}

    def sign(self, raw: bytes = MESSAGE, fields: Sequence[bytes] = SIGNED, **more: object) -> bytes:
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        given = {"canonicalize": (b"relaxed", b"relaxed"), "include_headers": list(fields)} | more
        signature: bytes = dkimpy.DKIM(raw).sign(b"s1", b"shop.test", pem, **given)
        return signature + raw

    def ask(self, name: str) -> list[bytes]:
        if name not in self.records:
            raise NoSuchNameError(name)
        return [self.records[name]]

    def verify(self, raw: bytes, **more: object) -> list[Signature]:
        return verify(raw, self.ask, **({"at": NOW} | more))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


def test_the_example_of_rfc_8463() -> None:
    raw = RFC_8463.replace("\n", "\r\n").encode()
    found = verify(raw, lambda name: [RFC_8463_KEYS[name]], at=NOW)
    assert [(each.selector, each.result) for each in found] == [("brisbane", "pass"), ("test", "pass")]
    assert found[0].domain == "football.example.com"
    assert found[0].covered == {"from", "to", "subject", "date", "message-id"}
    changed = raw.replace(b"We lost", b"We won")
    assert {each.result for each in verify(changed, lambda name: [RFC_8463_KEYS[name]], at=NOW)} == {"fail"}
    forged = raw.replace(b"dinner", b"supper")
    assert {each.result for each in verify(forged, lambda name: [RFC_8463_KEYS[name]], at=NOW)} == {"fail"}


@pytest.mark.parametrize("header", [b"simple", b"relaxed"])
@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
@pytest.mark.parametrize("raw", [MESSAGE, MESSAGE.partition(b"Everything")[0], MESSAGE.rstrip()], ids=["", "empty", "no-end"])  # fmt: skip
def test_what_dkimpy_signs_is_valid(signer: Signer, header: bytes, body: bytes, raw: bytes) -> None:
    [found] = signer.verify(signer.sign(raw, canonicalize=(header, body)))
    assert (found.result, found.reason) == ("pass", "")
    assert found.covered >= LIST_FIELDS


def test_white_space_on_the_way_breaks_only_what_is_simple(signer: Signer) -> None:
    def reflowed(raw: bytes) -> bytes:
        return raw.replace(b"Everything \t must", b"Everything  must ").replace(b": Sale", b":  Sale")

    [found] = signer.verify(reflowed(signer.sign()))
    assert found.result == "pass"
    [found] = signer.verify(reflowed(signer.sign(canonicalize=(b"simple", b"simple"))))
    assert found.result == "fail"


def test_a_field_is_covered_when_each_instance_of_it_is_signed(signer: Signer) -> None:
    raw = signer.sign()
    [found] = signer.verify(b"List-Unsubscribe: <https://evil.test/>\r\n" + raw)
    assert found.result == "pass"
    assert "list-unsubscribe" not in found.covered
    assert "list-unsubscribe-post" in found.covered
    # Signed once more than it is there, it can't be added to at all.
    oversigned = signer.sign(fields=[*SIGNED, b"list-unsubscribe"])
    [found] = signer.verify(oversigned)
    assert found.covered >= LIST_FIELDS
    [found] = signer.verify(b"List-Unsubscribe: <https://evil.test/>\r\n" + oversigned)
    assert found.result == "fail"
    [found] = signer.verify(signer.sign(fields=[b"from", b"subject"]))
    assert (found.result, found.covered) == ("pass", {"from", "subject"})


def test_a_second_from_is_signed_by_nobody(signer: Signer) -> None:
    [found] = signer.verify(b"From: Bank <bank@bank.test>\r\n" + signer.sign())
    assert found.result == "fail"


def test_small_keys_and_sha_1_prove_nothing(signer: Signer) -> None:
    small = rsa.RSAPublicNumbers(65537, (1 << 1023) - 1).public_key()
    record = base64.b64encode(small.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    [found] = verify(signer.sign(), lambda _name: [b"p=" + record], at=NOW)
    assert (found.result, found.reason) == ("policy", "the key is too small")
    [found] = signer.verify(signer.sign(signature_algorithm=b"rsa-sha1"))
    assert found.result == "policy"


@pytest.mark.parametrize(
    ("record", "result"),
    [
        (b"p=%s", "pass"),
        (b"v=DKIM1; h=sha1:sha256; s=email; t=y; p=%s", "pass"),
        (b"v=DKIM1; t=s; p=%s", "pass"),
        (b"v=DKIM2; p=%s", "permerror"),
        (b"v=DKIM1; h=sha1; p=%s", "permerror"),
        (b"v=DKIM1; s=tlsrpt; p=%s", "permerror"),
        (b"v=DKIM1; k=ed25519; p=%s", "permerror"),
        (b"v=DKIM1; p=", "permerror"),
        (b"v=DKIM1; p=AAAA", "permerror"),
        (b"v=DKIM1; p=!!!", "permerror"),
        (b"v=spf1 -all", "permerror"),
        (b"", "permerror"),
    ],
)
def test_the_record_must_be_a_key_for_mail(signer: Signer, record: bytes, result: str) -> None:
    text = record % signer.public if b"%s" in record else record
    [found] = verify(signer.sign(), lambda _name: [text], at=NOW)
    assert found.result == result


def test_a_key_for_its_own_domain_alone_signs_for_no_other(signer: Signer) -> None:
    raw = signer.sign(identity=b"@mail.shop.test")
    [found] = verify(raw, lambda _name: [b"t=s; p=" + signer.public], at=NOW)
    assert found.result == "permerror"


def test_what_the_dns_says_is_told_apart(signer: Signer) -> None:
    def silent(name: str) -> list[bytes]:
        raise NoAnswerError(name)

    [found] = verify(signer.sign(), silent, at=NOW)
    assert found.result == "temperror"
    [found] = signer.verify(signer.sign().replace(b"s=s1", b"s=s2"))
    assert found.result == "permerror"


def _expiring(signer: Signer, at: datetime) -> bytes:
    """Sign with an x= in it, which dkimpy doesn't write."""
    head, _, rest = signer.sign().partition(b"v=1;")
    # The signature covers its own field: that b= is wrong now is told only after x= was looked at.
    return head + b"v=1; x=%d;" % at.timestamp() + rest


def test_a_signature_is_as_old_as_when_the_message_came(signer: Signer) -> None:
    raw = _expiring(signer, NOW + timedelta(days=7))
    [found] = signer.verify(raw, at=NOW + timedelta(days=1))
    assert found.reason == "the header was changed"
    [found] = signer.verify(raw, at=NOW + timedelta(days=30))
    assert found.reason == "it was too old when the message came"


def test_at_most_five_are_tried_and_none_when_the_time_is_over(signer: Signer) -> None:
    asked: list[str] = []

    def ask(name: str) -> list[bytes]:
        asked.append(name)
        return signer.ask(name)

    raw = signer.sign()
    one = raw[: raw.index(b"From:")]
    found = verify(one * 20 + raw, ask, at=NOW)
    assert (len(found), len(asked)) == (5, 5)
    assert {each.result for each in verify(raw, ask, at=NOW, seconds=-1)} == {"temperror"}
    assert len(asked) == 5


HOSTILE: list[Callable[[bytes], bytes]] = [
    lambda raw: raw.replace(b"v=1;", b"v=1; " + b"b " * 3000 + b";"),
    lambda raw: raw.replace(b"v=1;", b"v=1;" + b"\r\n " * 2000),
    lambda raw: raw.replace(b"a=rsa-sha256", b"a=none"),
    lambda raw: raw.replace(b"v=1", b"v=1; v=1"),
    lambda raw: raw.replace(b"h=", b"h=" + b"from:" * 1000),
    lambda raw: raw.replace(b"bh=", b"l=99999999999; bh="),
    lambda raw: raw.replace(b"bh=", b"l=" + b"9" * 76 + b"; bh="),
    lambda raw: raw.replace(b"q=dns/txt", b"q=dns/txt; t=" + b"9" * 5000),
    lambda raw: raw.replace(b"d=shop.test", b"d=\xff\xfe.test"),
    lambda raw: raw.replace(b"i=@shop.test", b"i="),
    lambda raw: raw.replace(b"b=", b"c="),
    lambda raw: raw.replace(b"DKIM-Signature:", b"DKIM-Signature: =;;=;"),
    lambda raw: b" folded first\r\nDKIM-Signature:\r\n\r\n",
    lambda raw: b"",
    lambda raw: b"\r\n\r\n",
    lambda raw: b"\xff" * 1000,
]


@pytest.mark.parametrize("spoil", HOSTILE)
def test_no_signature_of_a_stranger_breaks_it(signer: Signer, spoil: Callable[[bytes], bytes]) -> None:
    assert all(each.result != "pass" for each in signer.verify(spoil(signer.sign())))


@pytest.mark.parametrize("body", [b" " * 2_000_000, (b" " * 60_000 + b"x\r\n") * 30, b"\r\n" * 1_000_000])
def test_spaces_without_end_are_read_once(signer: Signer, body: bytes) -> None:
    """Where a pattern tries each beginning anew, these take minutes."""
    head = MESSAGE.partition(b"\r\n\r\n")[0]
    signed = signer.sign(head + b"\r\n\r\nx", canonicalize=(b"relaxed", b"relaxed"))
    [found] = signer.verify(signed[:-1] + body)
    assert found.result == "fail"


def test_a_field_of_many_lines_is_read_once(signer: Signer) -> None:
    long = b"X-Long: a\r\n" + b" b\r\n" * 200_000
    [found] = signer.verify(long + signer.sign())
    assert found.result == "pass"
