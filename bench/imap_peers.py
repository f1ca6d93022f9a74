"""Dovecot and Postillion with the same mailbox, for `bench.imap`: how each is filled, started and reached."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import dovecot
from .dovecot import Dovecot
from .generate import Generator
from .imap_client import ImapClient
from .processes import free_port, wait_for_port
from .roundcube import RECIPIENT
from .server import PASSWORD
from .web_peer import filled

USER = "bench"
_NO_LIMITS = {
    "IMAP_CONNECTIONS_PER_IP": "100000",
    "IMAP_CONNECTIONS_PER_MINUTE": "1000000",
    "POP3_CONNECTIONS_PER_IP": "100000",
    "POP3_CONNECTIONS_PER_MINUTE": "1000000",
    "PLAINTEXT_AUTH": "always",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that runs; `forget` makes what it keeps beside the mail new, so that it begins cold."""

    name: str
    port: int
    tls_port: int
    pop3_port: int
    user: str
    password: str
    pids: Callable[[], list[int]]
    forget: Callable[[], None]

    def client(self, *, tls: bool = False) -> ImapClient:
        """Open a session."""
        return ImapClient(self.tls_port if tls else self.port, self.user, self.password, tls=tls)


def options_of(description: str | None) -> ArgumentParser:
    """What both IMAP and POP3 are measured with."""
    parser = ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--redis", default="", help="used with --postgres")
    return parser


def postillion(
    stack: ExitStack, home: Path, size: int, settings: Mapping[str, str], *, app_password: bool = False
) -> Peer:
    """Start ours with the mailbox of this size; cold is a process that has answered nothing yet.

    To log in by an app password costs no Argon2, of which a thousand would be measured instead.
    """
    server = filled(home, size, settings["DATABASE_URL"], settings["REDIS_URL"])
    # What was filled earlier may be of an older version.
    server.manage("migrate", "--verbosity", "0")
    password = server.run("-m", "bench.app_password", RECIPIENT).strip() if app_password else PASSWORD
    tls_port = free_port()
    server.environment |= _NO_LIMITS | settings | {"IMAPS_LISTEN": f"127.0.0.1:{tls_port}"}
    stack.callback(server.stop)

    def begin() -> None:
        server.stop()
        server.children.clear()
        server.start("run_imap", ready="IMAP")
        wait_for_port(tls_port)

    begin()
    pids = lambda: [child.pid for child in server.children]  # noqa: E731
    imap, pop3 = server.ports["IMAP"], server.ports["POP3"]
    return Peer("postillion", imap, tls_port, pop3, RECIPIENT, password, pids, begin)


def dovecot_of(stack: ExitStack, home: Path, size: int, certificate: Path) -> Peer:
    """Start Dovecot with the same messages in a Maildir; cold is without its index and cache."""
    peer = Dovecot(home / f"dovecot-{size}")
    peer.setup([USER], certificate)
    peer.fill(USER, Generator(1, RECIPIENT).messages(size))
    stack.callback(peer.stop)
    peer.start()
    pids = lambda: [int(peer.pid_file.read_text())]  # noqa: E731
    return Peer(
        "dovecot",
        peer.port,
        peer.tls_port,
        peer.pop3_port,
        USER,
        dovecot.PASSWORD,
        pids,
        lambda: peer.forget_index(USER),
    )


def certificate_of(server_home: Path) -> Path:
    """The certificate that ours has made for itself, with its key."""
    return server_home / "data" / "tls.pem"
