"""Another IMAP server over TLS: whose certificate is believed, what is never said in the clear, odd names."""

import ssl
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from mailserver.dns import Resolver
from mailserver.imap_source import Source, SourceError, Ways, Where
from tests.certificate import server_context
from tests.imap_peer import PASSWORD, Folder, ImapPeer
from tests.mail import letter
from tests.names import Names

FOLDERS = {
    "INBOX": Folder({1: letter("One", number=1), 7: letter("Two", number=2)}),
    "&XeVPXA-/2026": Folder({5: letter("Work", number=3)}),
    "R&AOk-sum&AOk- &- more": Folder({1: letter("Résumé", number=4)}),
    "&broken&-&AAA-": Folder({1: letter("Odd", number=5)}),
}
type Open = Callable[..., Source]


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    """A name that the certificate is for, and one that it isn't for."""
    here = {"A": ["127.0.0.1"]}
    with Names({"imap.test": here, "other.test": here}) as names:
        yield Resolver(names.server)


@pytest.fixture(params=["tls", "starttls"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ImapPeer]:
    """A server that speaks TLS at once, then one that waits for STARTTLS."""
    tls = server_context(tmp_path, "imap.test")
    with ImapPeer(FOLDERS, tls, starttls=request.param == "starttls") as running:
        yield running


@pytest.fixture
def connect(peer: ImapPeer, resolver: Resolver, tmp_path: Path) -> Open:
    """Log in at a host; its certificate is believed, unless `trusts` is false."""

    def connect(host: str = "imap.test", password: str = PASSWORD, *, trusts: bool = True) -> Source:
        file = str(tmp_path / "certificate.pem") if trusts else None
        tls = partial(ssl.create_default_context, cafile=file)
        ways = Ways(lambda _: True, {peer.port: "starttls" if peer.starttls else "tls"}, tls)
        return Source(Where(host, peer.port), "bob", password, resolver, largest=10**6, ways=ways)

    return connect


def test_everything_is_read_over_tls(connect: Open) -> None:
    with connect() as source:
        places = {}
        for folder in source.folders():
            heads = [head for batch in source.heads(folder, 0, 10) for head in batch]
            places[folder.place] = source.messages([head.uid for head in heads])
    assert places == {
        "inbox": FOLDERS["INBOX"].messages,
        "工作/2026": FOLDERS["&XeVPXA-/2026"].messages,
        "Résumé & more": FOLDERS["R&AOk-sum&AOk- &- more"].messages,
        "&broken&\0": FOLDERS["&broken&-&AAA-"].messages,
    }


@pytest.mark.parametrize(("host", "trusts"), [("other.test", True), ("imap.test", False)])
def test_who_is_not_who_it_says_never_hears_the_password(
    connect: Open, peer: ImapPeer, host: str, trusts: bool
) -> None:
    with pytest.raises(SourceError) as refused:
        connect(host, trusts=trusts)
    assert (refused.value.code, refused.value.is_final) == ("insecure", True)
    assert not any(PASSWORD in line or "LOGIN" in line for line in peer.heard)


def test_a_wrong_password_is_final(connect: Open) -> None:
    with pytest.raises(SourceError) as refused:
        connect(password="wrong")
    assert (refused.value.code, refused.value.is_final) == ("login", True)


def test_a_server_without_encryption_is_not_told_the_password(resolver: Resolver) -> None:
    with ImapPeer(FOLDERS) as plain:
        for security, code in (("starttls", "insecure"), ("tls", "closed")):
            ways = Ways(lambda _: True, {plain.port: security})
            with pytest.raises(SourceError) as refused:
                Source(Where("imap.test", plain.port), "bob", PASSWORD, resolver, largest=10**6, ways=ways)
            assert refused.value.code == code
        assert not any("LOGIN" in line for line in plain.heard)
