"""DKIM, signing: both algorithms, nothing to be added, and others find it valid."""

from collections.abc import Callable
from datetime import UTC, datetime

import dkim as dkimpy
import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given, settings
from hypothesis import strategies as st

from mailserver.authenticity import dkim, sign
from mailserver.authenticity import signed as signed_module
from mailserver.authenticity.sign import ED25519, RSA, Key
from mailserver.dns import NoSuchNameError

NOW = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)
MESSAGE = (
    b"From: Alice <alice@crepes.test>\r\nTo: Bob <bob@hamburger.test>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"
    b" and more\r\nDate: Sat, 28 Nov 2026 06:30:00 +0000\r\nMessage-ID: <1@crepes.test>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"\r\nSee you \t at the caf=C3=A9. \r\n\r\n\r\n"
)


@pytest.fixture(scope="module")
def keys() -> list[Key]:
    return [
        Key("crepes.test", f"s{number}", sign.new_key(kind)) for number, kind in enumerate((RSA, ED25519))
    ]


@pytest.fixture
def ask(keys: list[Key]) -> Callable[[str], list[bytes]]:
    records = {f"{key.selector}._domainkey.{key.domain}": sign.record(key.private).encode() for key in keys}

    def answer(name: str) -> list[bytes]:
        if name not in records:
            raise NoSuchNameError(name)
        return [records[name]]

    return answer


@pytest.mark.parametrize("raw", [MESSAGE, MESSAGE.partition(b"\r\nSee")[0] + b"\r\n", MESSAGE.rstrip()])
def test_what_we_sign_is_valid(keys: list[Key], ask: Callable[[str], list[bytes]], raw: bytes) -> None:
    signed = sign.sign(raw, keys, NOW) + raw
    found = dkim.verify(signed, ask, at=NOW)
    assert [(each.domain, each.selector, each.result, each.reason) for each in found] == [
        ("crepes.test", "s0", "pass", ""),
        ("crepes.test", "s1", "pass", ""),
    ]
    assert found[0].covered == {
        *("from", "to", "subject", "date", "message-id"),
        *("mime-version", "content-type", "content-transfer-encoding"),
    }
    verifier = dkimpy.DKIM(signed)
    assert verifier.verify(dnsfunc=lambda name, timeout=5: ask(name.decode().rstrip("."))[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"See you", b"See me"),
        lambda raw: raw.replace(b"Bob", b"Eve"),
        *(
            lambda raw, name=name: raw.replace(b"To:", name + b": eve@evil.test\r\nTo:", 1)
            for name in (b"From", b"To", b"Cc", b"Reply-To", b"Subject", b"Date", b"Content-Type")
        ),
    ],
)
def test_nothing_can_be_changed_or_added(
    keys: list[Key], ask: Callable[[str], list[bytes]], change: Callable[[bytes], bytes]
) -> None:
    signed = change(sign.sign(MESSAGE, keys, NOW) + MESSAGE)
    assert {each.result for each in dkim.verify(signed, ask, at=NOW)} == {"fail"}


def test_white_space_and_trace_fields_break_nothing(
    keys: list[Key], ask: Callable[[str], list[bytes]]
) -> None:
    signed = sign.sign(MESSAGE, keys, NOW) + MESSAGE
    carried = b"Received: from a by b; now\r\nList-Id: <x.y>\r\n" + signed.replace(b": Bob", b":   Bob")
    assert {each.result for each in dkim.verify(carried, ask, at=NOW)} == {"pass"}


def test_the_field_is_fit_for_the_wire(keys: list[Key]) -> None:
    field = sign.sign(MESSAGE, keys, NOW)
    assert field.count(b"DKIM-Signature:") == 2
    lines = field.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert all(line.startswith((b"\t", b"DKIM-Signature: v=1; a=")) for line in lines[:-1])
    assert not lines[-1]
    assert sign.sign(MESSAGE, [], NOW) == b""


def test_a_key_is_kept_as_text(keys: list[Key]) -> None:
    for key in keys:
        again = sign.loads(sign.dumps(key.private))
        assert sign.record(again) == sign.record(key.private)
        assert Key("a", "b", again).algorithm == key.algorithm
    with pytest.raises(ValueError, match=r"[Kk]ey|ASN|DER|parse"):
        sign.loads("AAAA")


@settings(deadline=None)
@given(st.text(alphabet=" \t\r\nab", max_size=60).map(str.encode))
def test_a_body_in_pieces_is_as_dkimpy_has_it(body: bytes) -> None:
    plain = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for how, reference in ((b"relaxed", Relaxed), (b"simple", Simple)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(signed_module, "PIECE", 3)
            ours = b"".join(signed_module.canonical_body(body, how.decode()))
        assert ours == reference.canonicalize_body(plain)
