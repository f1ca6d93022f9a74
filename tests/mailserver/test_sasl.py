"""SASL exchanges: the words of the RFCs, and everything a client may say instead."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver import sasl
from mailserver.sasl import Challenge, Password, Proof, Salt, SaltWanted, SaslError

# RFC 7677 §3.
SALT = Salt(sasl.decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096)
FIRST = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
FINAL = (
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)


def test_scram_as_in_the_rfc() -> None:
    exchange = sasl._scram(lambda: NONCE)
    assert next(exchange) == Challenge()
    assert exchange.send(FIRST) == SaltWanted("user")
    asked = exchange.send(SALT)
    assert asked == Challenge(
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    )
    proof = exchange.send(FINAL)
    assert isinstance(proof, Proof)
    right, wrong = sasl.scram_keys(["pencil", "pen"], SALT)
    assert (proof.name, proof.fits(right), proof.fits(wrong)) == ("user", True, False)
    last = exchange.send(right.server)
    assert last == Challenge(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    with pytest.raises(StopIteration):
        exchange.send(b"")


def test_keys_are_stored_and_read() -> None:
    keys = sasl.scram_keys(["one", "two"], SALT)
    assert sasl.unpack(sasl.pack(keys)) == keys
    assert sasl.unpack(b"") == []


def test_two_exchanges_have_nonces_of_their_own() -> None:
    asked = []
    for _ in range(2):
        exchange = sasl.begin("scram-sha-256")
        assert exchange
        next(exchange)
        exchange.send(b"y,,n=a=2Cb=3Dc,r=abc")
        step = exchange.send(SALT)
        assert isinstance(step, Challenge)
        asked.append(step.octets)
    assert asked[0] != asked[1]
    assert all(octets.startswith(b"r=abc") for octets in asked)


def test_a_name_with_a_comma() -> None:
    exchange = sasl.begin("SCRAM-SHA-256")
    assert exchange
    next(exchange)
    assert exchange.send(b"y,,n=a=2Cb=3Dc,r=abc") == SaltWanted("a,b=c")


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"n",
        b"p=tls-unique,,n=user,r=abc",
        b"n,a=other,n=user,r=abc",
        b"n,,n=user",
        b"n,,n=,r=abc",
        b"n,,n=user,r=",
        b"n,,r=abc,n=user",
        b"n,,m=ext,n=user,r=abc",
        b"n,,n=us=er,r=abc",
        b"n,,n=\xff,r=abc",
        b"n,,n=" + b"u" * 1001 + b",r=abc",
    ],
)
def test_what_scram_does_not_begin_with(first: bytes) -> None:
    exchange = sasl.begin("SCRAM-SHA-256")
    assert exchange
    next(exchange)
    with pytest.raises(SaslError):
        exchange.send(first)


@pytest.mark.parametrize(
    "final",
    [
        b"",
        b"*",
        FINAL.replace(b"c=biws", b"c=eSws"),
        FINAL.replace(b"r=rOpr", b"r=xOpr"),
        FINAL.replace(b"p=dHzb", b"p="),
        FINAL.replace(b"p=dHzb", b"p=!"),
        FINAL.partition(b",p=")[0],
    ],
)
def test_what_scram_does_not_end_with(final: bytes) -> None:
    exchange = sasl._scram(lambda: NONCE)
    next(exchange)
    exchange.send(FIRST)
    exchange.send(SALT)
    with pytest.raises(SaslError):
        exchange.send(final)


def test_a_proof_is_of_this_exchange_only() -> None:
    [keys] = sasl.scram_keys(["pencil"], SALT)
    client = hashlib.pbkdf2_hmac("sha256", b"pencil", SALT.octets, 4096)
    key = hmac.digest(client, b"Client Key", "sha256")
    signature = hmac.digest(keys.stored, b"this", "sha256")
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    assert Proof("user", b"this", proof).fits(keys)
    assert not Proof("user", b"that", proof).fits(keys)


@pytest.mark.parametrize(
    ("response", "found"),
    [
        (b"\0alice@crepes.test\0secret", Password("alice@crepes.test", "secret")),
        (b"Alice@crepes.test\0alice@crepes.test\0pass word", Password("alice@crepes.test", "pass word")),
        ("\0ali\0密码".encode(), Password("ali", "密码")),
    ],
)
def test_plain(response: bytes, found: Password) -> None:
    exchange = sasl.begin("plain")
    assert exchange
    assert next(exchange) == Challenge()
    assert exchange.send(response) == found
    with pytest.raises(StopIteration):
        exchange.send(b"")


@pytest.mark.parametrize(
    "response", [b"", b"\0\0", b"\0alice", b"\0\0secret", b"bob\0alice\0secret", b"\0a\0b\0c", b"\0\xff\0x"]
)
def test_what_is_not_plain(response: bytes) -> None:
    exchange = sasl.begin("PLAIN")
    assert exchange
    next(exchange)
    with pytest.raises(SaslError):
        exchange.send(response)


def test_login() -> None:
    exchange = sasl.begin("LOGIN")
    assert exchange
    assert next(exchange) == Challenge(b"Username:")
    assert exchange.send(b"alice@crepes.test") == Challenge(b"Password:")
    assert exchange.send(b"secret") == Password("alice@crepes.test", "secret")


def test_names() -> None:
    assert sasl.mechanisms() == ("SCRAM-SHA-256", "PLAIN", "LOGIN")
    assert sasl.begin("CRAM-MD5") is None


def test_secrets_are_not_written_into_a_log() -> None:
    assert "secret" not in repr(Password("alice", "secret"))


@pytest.mark.parametrize("line", ["*", "a", "!!!!", "ÄÄÄÄ", "YQ=", "YQ==\n"])
def test_what_is_not_base64(line: str) -> None:
    with pytest.raises(SaslError):
        sasl.decode(line)


@given(
    st.sampled_from(sasl.mechanisms()),
    st.lists(
        st.one_of(st.binary(max_size=60), st.sampled_from([FIRST, FINAL, b"", b"*", b"\0a\0b"])), max_size=4
    ),
)
def test_whatever_a_client_says_is_an_answer_or_an_error(mechanism: str, said: list[bytes]) -> None:
    exchange = sasl.begin(mechanism)
    assert exchange
    step = next(exchange)
    try:
        for octets in said:
            step = exchange.send(octets)
            if isinstance(step, SaltWanted):
                step = exchange.send(SALT)
            if isinstance(step, Proof):
                assert not step.fits(sasl.scram_keys(["pencil"], SALT)[0])
            if isinstance(step, Password | Proof):
                break
    except SaslError:
        pass
