"""What a domain demands is kept: MTA-STS, DANE, REQUIRETLS, and a smarthost's password."""

import hashlib
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mailserver.dns import Resolver
from mailserver.message.tls_wish import TlsWish
from mailserver.smtp import guard, route
from mailserver.smtp.client import Conversation, Options, Outgoing
from mailserver.smtp.content import held
from mailserver.smtp.dialer import Dialer, NoConversationError
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.route import Routes
from mailserver.smtp.sts import Policy
from mailserver.smtp.transcript import Transcript
from tests.certificate import Authority, server_context
from tests.names import SERVFAIL, Names
from tests.peer import Answer, Drop, Peer, Raw

SHORT = Timeouts(connect=1, command=1, data=1, block=1, final=1, close=0.5, attempt=5)
ENFORCE = Policy("enforce", ("*.far.test",), 86400)
TESTING = Policy("testing", ("*.far.test",), 86400)
LETTER = Outgoing(1, "alice@us.test", ("bob@far.test",), held(b"Subject: hi\r\n\r\nhello\r\n"))
DEMANDING = replace(LETTER, tls_wish=TlsWish.REQUIRED)
SIGNED = ("far.test", "mx.far.test")


@dataclass
class Way:
    """One attempt at far.test, found by the DNS as any stranger's domain is."""

    dialer: Dialer
    transcript: Transcript

    def open(self) -> Conversation:
        return self.dialer.open(Deadline(5))

    def results(self) -> list[tuple[str, str]]:
        return [(session.source, session.result) for session in self.dialer.sessions]

    def said(self) -> list[str]:
        return [text for _, _, text in self.transcript.view(0, "")]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The only authority that is believed."""
    made = Authority(tmp_path)
    monkeypatch.setattr(guard, "public_authorities", made.trusting)
    return made


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Way]:
    monkeypatch.setattr(route, "is_public", lambda address: True)
    found = route.hosts_for

    def make(
        peer: Peer,
        names: Names,
        policy: Policy | None = None,
        *,
        trusted: bool | None = None,
        wish: TlsWish = TlsWish.AS_USUAL,
    ) -> Way:
        def at_the_peers_port(*args: object) -> tuple[route.Host, ...]:
            return tuple(replace(host, port=peer.port) for host in found(*args))  # type: ignore[arg-type]

        monkeypatch.setattr(route, "hosts_for", at_the_peers_port)
        transcript = Transcript()
        resolver = Resolver(names.server, lifetime=1, trusted=trusted)
        options = Options("us.test", transcript, SHORT)
        dialer = Dialer("far.test", resolver, Routes(), options, lambda _: policy, wish=wish)
        return Way(dialer, transcript)

    return make


def records(*tlsa: str, host: str = "mx.far.test", port: int = 25) -> dict[str, dict[str, list[str]] | str]:
    return {
        "far.test": {"MX": [f"10 {host}."]},
        host: {"A": ["127.0.0.1"]},
        f"_{port}._tcp.{host}": {"TLSA": list(tlsa)} if tlsa else {"TXT": ["x"]},
    }


def tlsa(der: bytes, usage: int = 3) -> str:
    return f"{usage} 0 1 {hashlib.sha256(der).hexdigest()}"


def signed(port: int) -> Collection[str]:
    return (*SIGNED, f"_{port}._tcp.mx.far.test")


def test_a_policy_is_kept_with_a_certificate_that_passes(authority: Authority, way: Callable) -> None:
    context, _ = authority.serving("mx.far.test")
    with Peer(tls=context) as peer, Names(records()) as names:
        attempt = way(peer, names, ENFORCE)
        conversation = attempt.open()
        assert conversation.send(LETTER, Deadline(3))["bob@far.test"].positive
        conversation.quit()
    assert conversation.proof == "MTA-STS"
    assert attempt.results() == [("sts", "")]
    assert any("proven by MTA-STS" in line for line in attempt.said())


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("other.test", "certificate-host-mismatch"),
        ("mx.far.test expired", "certificate-expired"),
        ("", "certificate-not-trusted"),
    ],
)
def test_a_certificate_that_fails_defers_where_the_policy_is_enforced(
    name: str, result: str, authority: Authority, way: Callable, tmp_path: Path
) -> None:
    known, _, expired = name.partition(" ")
    own = authority.serving(known, expired=bool(expired))[0] if name else None
    with Peer(tls=own or server_context(tmp_path, "mx.far.test")) as peer, Names(records()) as names:
        attempt = way(peer, names, ENFORCE)
        with pytest.raises(NoConversationError) as caught:
            attempt.open()
        assert peer.connection_count == 1
        assert "MAIL" not in str(peer.commands)
    assert (caught.value.reply.temporary, caught.value.reply.enhanced) == (True, "4.7.5")
    assert attempt.results() == [("sts", result)]


def test_a_policy_that_is_only_tested_stops_no_mail(
    authority: Authority, way: Callable, tmp_path: Path
) -> None:
    with Peer(tls=server_context(tmp_path)) as peer, Names(records()) as names:
        attempt = way(peer, names, TESTING)
        conversation = attempt.open()
        conversation.quit()
    assert conversation.tls
    assert not conversation.proof
    assert attempt.results()[0] == ("sts", "certificate-not-trusted")


@pytest.mark.parametrize(
    "answers",
    [
        {"STARTTLS": "454 4.7.0 not now"},
        {"STARTTLS": Drop()},
        {"STARTTLS": Raw(b"220-go\r\n220 but there is none\r\n")},
    ],
)
def test_nothing_goes_in_the_clear_where_a_policy_is_enforced(
    answers: dict[str, Answer], authority: Authority, way: Callable
) -> None:
    context, _ = authority.serving("mx.far.test")
    with Peer(answers, tls=context) as peer, Names(records()) as names:
        with pytest.raises(NoConversationError) as caught:
            way(peer, names, ENFORCE).open()
        assert peer.messages == []
    assert caught.value.reply.temporary


def test_a_server_without_encryption_is_not_enough(authority: Authority, way: Callable) -> None:
    with Peer() as peer, Names(records()) as names:
        attempt = way(peer, names, ENFORCE)
        with pytest.raises(NoConversationError):
            attempt.open()
    assert attempt.results() == [("sts", "starttls-not-supported")]


def test_a_host_that_the_policy_does_not_name_is_not_dialled(authority: Authority, way: Callable) -> None:
    with Peer() as peer, Names(records(host="mx.evil.test")) as names:
        attempt = way(peer, names, ENFORCE)
        with pytest.raises(NoConversationError, match="not among the hosts") as caught:
            attempt.open()
        assert peer.connection_count == 0
    assert caught.value.reply.temporary
    assert attempt.results() == [("sts", "validation-failure")]


@pytest.mark.parametrize("usage", [3, 2])
def test_dane_proves_a_certificate_that_no_authority_knows(usage: int, tmp_path: Path, way: Callable) -> None:
    own = Authority(tmp_path)
    context, der = own.serving("mx.far.test")
    with Peer(tls=context) as peer:
        named = tlsa(der if usage == 3 else own.der, usage)
        with Names(records(named, port=peer.port), validated=signed(peer.port)) as names:
            attempt = way(peer, names)
            conversation = attempt.open()
            conversation.quit()
    assert conversation.proof == {3: "DANE-EE", 2: "DANE-TA"}[usage]
    assert attempt.results() == [("tlsa", "")]


def test_dane_ee_looks_at_no_dates_and_no_names(tmp_path: Path, way: Callable) -> None:
    context, der = Authority(tmp_path).serving("other.test", expired=True)
    with (
        Peer(tls=context) as peer,
        Names(records(tlsa(der), port=peer.port), validated=signed(peer.port)) as names,
    ):
        assert way(peer, names).open().proof == "DANE-EE"


@pytest.mark.parametrize(("served", "usage"), [("mx.far.test", 3), ("other.test", 2)])
def test_another_certificate_than_dane_names_defers(
    served: str, usage: int, tmp_path: Path, way: Callable
) -> None:
    """Also where it is below the right anchor and for another host; no policy of MTA-STS helps."""
    own = Authority(tmp_path)
    context, _ = own.serving(served)
    named = tlsa(b"another", 3) if usage == 3 else tlsa(own.der, 2)
    with (
        Peer(tls=context) as peer,
        Names(records(named, port=peer.port), validated=signed(peer.port)) as names,
    ):
        attempt = way(peer, names, TESTING)
        with pytest.raises(NoConversationError) as caught:
            attempt.open()
        assert peer.connection_count == 1
    assert caught.value.reply.temporary
    assert attempt.results() == [("tlsa", "validation-failure")]


def test_records_that_nobody_understands_demand_encryption_alone(tmp_path: Path, way: Callable) -> None:
    named = "0 0 1 " + "ab" * 32
    context = server_context(tmp_path)
    for tls in (context, None):
        with (
            Peer(tls=tls) as peer,
            Names(records(named, port=peer.port), validated=signed(peer.port)) as names,
        ):
            attempt = way(peer, names)
            if tls:
                assert attempt.open().tls
            else:
                with pytest.raises(NoConversationError):
                    attempt.open()


@pytest.mark.parametrize(("trusted", "validated"), [(False, True), (True, False)])
def test_what_is_not_validated_by_one_we_trust_is_no_dane(
    trusted: bool, validated: bool, tmp_path: Path, way: Callable
) -> None:
    with Peer(tls=server_context(tmp_path)) as peer:
        by = signed(peer.port) if validated else ()
        with Names(records(tlsa(b"x"), port=peer.port), validated=by) as names:
            attempt = way(peer, names, trusted=trusted)
            assert attempt.open().tls
    assert attempt.results() == [("none", "")]


def test_an_answer_about_the_certificate_that_is_kept_back_defers(tmp_path: Path, way: Callable) -> None:
    with Peer(tls=server_context(tmp_path)) as peer:
        known = records() | {f"_{peer.port}._tcp.mx.far.test": SERVFAIL}
        with Names(known, validated=SIGNED) as names, pytest.raises(NoConversationError) as caught:
            way(peer, names).open()
        assert peer.connection_count == 0
    assert caught.value.reply.temporary


@pytest.mark.parametrize("offers", [True, False])
@pytest.mark.parametrize(
    ("policy", "validated", "proof"),
    [(ENFORCE, (), "MTA-STS"), (TESTING, (), "MTA-STS"), (None, SIGNED, "PKIX"), (None, (), "")],
)
def test_what_demands_it_goes_only_where_it_is_proven_and_promised(  # noqa: PLR0917 — fixtures
    policy: Policy | None,
    validated: Collection[str],
    proof: str,
    offers: bool,
    authority: Authority,
    way: Callable,
) -> None:
    context, _ = authority.serving("mx.far.test")
    extensions = ("REQUIRETLS",) if offers else ()
    with Peer(tls=context, extensions=extensions) as peer, Names(records(), validated=validated) as names:
        attempt = way(peer, names, policy, wish=TlsWish.REQUIRED)
        if proof and offers:
            conversation = attempt.open()
            fate = conversation.send(DEMANDING, Deadline(3))["bob@far.test"]
            conversation.quit()
            assert (fate.code, conversation.proof) == (250, proof)
            assert any(line.endswith(" REQUIRETLS") for line in peer.commands[0])
            return
        with pytest.raises(NoConversationError) as caught:
            attempt.open()
        assert not peer.messages
    fate = caught.value.reply
    assert (fate.permanent, fate.enhanced) == (True, "5.7.30" if proof else "5.7.10")


def test_a_certificate_that_fails_ends_what_demands_it(way: Callable, authority: Authority) -> None:
    context, _ = authority.serving("mx.far.test", expired=True)
    with Peer(tls=context, extensions=("REQUIRETLS",)) as peer, Names(records()) as names:
        for wish, permanent in ((TlsWish.REQUIRED, True), (TlsWish.AS_USUAL, False)):
            with pytest.raises(NoConversationError) as caught:
                way(peer, names, ENFORCE, wish=wish).open()
            assert caught.value.reply.permanent == permanent


def test_another_host_may_be_what_is_demanded(way: Callable, authority: Authority) -> None:
    context, _ = authority.serving("mx.far.test")
    hosts = records() | {
        "far.test": {"MX": ["5 other.test.", "10 mx.far.test."]},
        "other.test": {"A": ["127.0.0.1"]},
    }
    with Peer(tls=context, extensions=("REQUIRETLS",)) as peer, Names(hosts) as names:
        conversation = way(peer, names, ENFORCE, wish=TlsWish.REQUIRED).open()
        assert (conversation.host, peer.connection_count) == ("mx.far.test", 1)


def test_a_message_that_needs_no_tls_goes_in_spite_of_what_the_domain_demands(
    authority: Authority, way: Callable
) -> None:
    expired, _ = authority.serving("mx.far.test", expired=True)
    strict = Policy("enforce", ("other.test",), 86400)
    for context, policy, known in (
        (expired, ENFORCE, records()),
        (None, ENFORCE, records()),
        (None, strict, records()),
        (None, None, records() | {"_25._tcp.mx.far.test": SERVFAIL}),
    ):
        with Peer(tls=context) as peer, Names(known, validated=SIGNED) as names:
            conversation = way(peer, names, policy, wish=TlsWish.OPTIONAL).open()
            assert conversation.send(LETTER, Deadline(3))["bob@far.test"].positive
            assert bool(conversation.tls) == (context is not None)


def test_a_report_is_told_rather_than_lost(way: Callable, tmp_path: Path) -> None:
    report = replace(DEMANDING, mail_from="")
    for extensions in ((), ("REQUIRETLS",)):
        with Peer(tls=server_context(tmp_path), extensions=extensions) as peer, Names(records()) as names:
            conversation = way(peer, names).open()
            assert conversation.send(report, Deadline(3))["bob@far.test"].positive
            assert ("REQUIRETLS" in str(peer.commands)) == bool(extensions)


@pytest.mark.parametrize("offered", ["AUTH LOGIN PLAIN", "AUTH LOGIN"])
def test_a_smarthost_gets_the_password_and_the_transcript_does_not(offered: str) -> None:
    answers: dict[str, Answer | list[Answer]] = {
        "AUTH": "235 2.7.0 welcome" if "PLAIN" in offered else "334 VXNlcm5hbWU6",
        "dXM=": "334 UGFzc3dvcmQ6",
        "cEBzczp3b3Jk": "235 2.7.0 welcome",
    }
    with Peer(answers, extensions=(offered,)) as peer:  # type: ignore[arg-type]
        transcript = Transcript()
        routes = Routes.parse(f"*=us:p%40ss%3Aword@127.0.0.1:{peer.port}")
        dialer = Dialer("far.test", Resolver("127.0.0.1:1"), routes, Options("us.test", transcript, SHORT))
        conversation = dialer.open(Deadline(3))
        assert conversation.send(LETTER, Deadline(3))["bob@far.test"].positive
        conversation.quit()
    assert any("AHVzAHBAc3M6d29yZA==" in line or line == "cEBzczp3b3Jk" for line in peer.commands[0])
    kept = str(transcript.view(1, "bob@far.test"))
    assert "hidden" in kept
    assert not any(secret in kept for secret in ("word", "AHVzAHBAc3M6d29yZA==", "cEBzczp3b3Jk"))
    assert "p@ss" not in repr(routes)


def test_a_password_that_is_refused_defers_and_the_mail_stays() -> None:
    with Peer({"AUTH": "535 5.7.8 no"}, extensions=("AUTH PLAIN",)) as peer:
        routes = Routes.parse(f"*=us:wrong@127.0.0.1:{peer.port}")
        dialer = Dialer("far.test", Resolver("127.0.0.1:1"), routes, Options("us.test", Transcript(), SHORT))
        with pytest.raises(NoConversationError, match="signing in failed") as caught:
            dialer.open(Deadline(3))
    assert caught.value.reply.temporary


def test_a_password_crosses_no_network_in_the_clear(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(route, "_system_addresses", lambda host: ("127.0.0.1",))
    for tls in (None, server_context(tmp_path, "smart.test")):
        with Peer({"AUTH": "235 ok"}, extensions=("AUTH PLAIN",), tls=tls) as peer:
            routes = Routes.parse(f"*=us:secret@smart.test:{peer.port}")
            options = Options("us.test", Transcript(), SHORT)
            with pytest.raises(NoConversationError):
                Dialer("far.test", Resolver("127.0.0.1:1"), routes, options).open(Deadline(3))
            assert "AUTH" not in str(peer.commands)


def test_ssl_contexts_are_as_they_must_be() -> None:
    assert guard.public_authorities().verify_mode is ssl.CERT_REQUIRED
    assert guard.public_authorities().check_hostname
