"""Postfix and Dovecot from Debian's packages, in a directory of their own: the peers of `bench.inbound`.

    apt-get install postfix dovecot-core dovecot-imapd dovecot-lmtpd     (Postfix: "No configuration")
    python -m bench.peers setup|start|stop|reset|count DIRECTORY

To be run as root: the peers drop privileges themselves. Nothing of the system's own configuration is read
or changed; all listen on 127.0.0.1. Mail goes from Postfix over LMTP into Maildir folders; both sync
what they store to disk, as they do by default.
"""

import argparse
import json
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from .dovecot import Dovecot
from .processes import LOOPBACK, free_port, stop_by_pid_file, wait_for_port

DOMAIN = "bench.test"
USER = "bench"
RECIPIENT = f"{USER}@{DOMAIN}"

_MASTER = """\
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
multi_instance_enable = no
import_environment = MAIL_CONFIG={home}/postfix MAIL_LOGTAG
inet_interfaces = {address}
inet_protocols = ipv4
myhostname = mail.{domain}
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_transport = lmtp:unix:{home}/run/lmtp
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_tls_security_level = none
smtp_tls_security_level = none
biff = no
"""


class Peers:
    """One Postfix in front of one Dovecot, all below `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.dovecot = Dovecot(home)

    def setup(self) -> None:
        """Write their configuration, and choose their ports."""
        self.dovecot.setup([USER])
        for name in ("postfix", "queue", "data"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        (self.home / "smtp.json").write_text(json.dumps(free_port()))
        os.chown(self.home / "data", pwd.getpwnam("postfix").pw_uid, -1)
        values = {
            "home": self.home,
            "address": LOOPBACK,
            "domain": DOMAIN,
            "port": f"{LOOPBACK}:{self.port}",
        }
        for path, text in (("postfix/main.cf", _MAIN), ("postfix/master.cf", _MASTER)):
            (self.home / path).write_text(text.format(**values))
        for path in Path("/etc/postfix").glob("postfix-*"):
            if path.is_file():
                shutil.copy(path, self.home / "postfix" / path.name)

    @property
    def port(self) -> int:
        """Where Postfix listens for SMTP."""
        return int(json.loads((self.home / "smtp.json").read_text()))

    @property
    def pids(self) -> list[int]:
        """The master processes of both."""
        paths = [self.dovecot.pid_file, self.home / "queue/pid/master.pid"]
        return [int(path.read_text()) for path in paths if path.exists()]

    def start(self) -> None:
        """Start both, and return when both serve."""
        self.dovecot.start()
        self.start_postfix()

    def start_postfix(self) -> None:
        """Start the one alone that sends, and return when it serves."""
        self._postfix("start")
        wait_for_port(self.port, hint=f"(see {self.home}/postfix.log)")

    def stop(self) -> None:
        """Stop both; it does nothing when they don't run."""
        stop_by_pid_file(self.home / "queue/pid/master.pid")
        self.dovecot.stop()

    def _postfix(self, verb: str) -> None:
        log = self.home / "postfix-start.log"
        with log.open("ab") as output:
            subprocess.run(
                ["postfix", "-c", self.home / "postfix", verb], check=True, stdout=output, stderr=output
            )

    def relay_to(self, port: int) -> None:
        """Send all mail for others to a server on loopback at this port."""
        self._configure(f"relayhost = [{LOOPBACK}]:{port}")

    def route(self, routes: Mapping[str, int]) -> None:
        """Send mail for these domains to servers on loopback, by their ports."""
        lines = "".join(f"{domain} smtp:[{LOOPBACK}]:{port}\n" for domain, port in routes.items())
        (self.home / "postfix" / "transport").write_text(lines)
        self._configure(f"transport_maps = texthash:{self.home / 'postfix' / 'transport'}")

    def hold(self) -> None:
        """Keep what comes for others from now on in the queue."""
        self._configure("defer_transports = smtp")
        self._postfix("reload")

    def release(self) -> None:
        """Let go of what is held."""
        self._configure("defer_transports =")
        self._postfix("reload")
        subprocess.run(["postqueue", "-c", self.home / "postfix", "-f"], check=True)

    def deferred(self) -> int:
        """How many messages wait in the queue."""
        return sum(1 for path in (self.home / "queue" / "deferred").rglob("*") if path.is_file())

    def _configure(self, setting: str) -> None:
        subprocess.run(["postconf", "-c", self.home / "postfix", "-e", setting], check=True)

    def count(self) -> int:
        """How many messages a mail program would see now: the files in the Maildir."""
        folders = [self.dovecot.maildir(USER) / name for name in ("new", "cur")]
        return sum(len(list(folder.iterdir())) for folder in folders if folder.exists())

    def reset(self) -> None:
        """Empty the mailbox."""
        shutil.rmtree(self.home / "mail" / USER, ignore_errors=True)


def installed() -> bool:
    """Whether the packages are there."""
    found = (shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") for name in ("postfix", "dovecot"))
    return all(found)


def main() -> None:
    """Do one verb on the peers in one directory."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=["setup", "start", "stop", "reset", "count"])
    parser.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    started = time.monotonic()
    peers = Peers(arguments.directory)
    count = getattr(peers, arguments.verb)()
    result = {"verb": arguments.verb, "seconds": round(time.monotonic() - started, 2), "messages": count}
    print(json.dumps(result))
    print(f"# {arguments.verb}: {'done' if count is None else count}")


if __name__ == "__main__":
    main()
