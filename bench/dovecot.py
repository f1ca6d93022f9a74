"""Dovecot from Debian's package, in a directory of its own: the mail store of the peers."""

import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from .generate import Generated
from .processes import LOOPBACK, free_port, stop_by_pid_file, wait_for_port, wait_until

PASSWORD = "password"
_FLAGS = {"\\Answered": "R", "\\Flagged": "F", "\\Seen": "S"}

_CONFIGURATION = """\
protocols = imap lmtp
listen = {address}
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
instance_name = postillion-bench
mail_max_userip_connections = 10000
{tls}
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_access_groups =
auth_username_format = %Ln
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = passwd-file
  args = {home}/users
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
  process_limit = 2000
}}
service imap {{
  process_limit = 2000
}}
service auth {{
  client_limit = 5000
}}
service anvil {{
  client_limit = 5000
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
"""


_TLS = """\
ssl = yes
disable_plaintext_auth = no
ssl_cert = <{certificate}
ssl_key = <{certificate}"""


class Dovecot:
    """One Dovecot below `home`; to be run as root, as it drops privileges."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()

    def setup(self, users: Sequence[str], certificate: Path | None = None) -> None:
        """Write its configuration, and choose its ports; TLS with a certificate that holds its key."""
        for name in ("run", "state", "mail"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        _open_path(self.home)
        mail = pwd.getpwnam("mail")
        self.own(self.home / "mail")
        (self.home / "imap.json").write_text(json.dumps([free_port(), free_port()]))
        configuration = _CONFIGURATION.format(
            home=self.home,
            address=LOOPBACK,
            uid=mail.pw_uid,
            gid=mail.pw_gid,
            imap=self.port,
            imaps=self.tls_port if certificate else 0,
            tls=_TLS.format(certificate=certificate) if certificate else "ssl = no",
        )
        (self.home / "dovecot.conf").write_text(configuration)
        lines = [
            f"{user}:{{PLAIN}}{PASSWORD}:{mail.pw_uid}:{mail.pw_gid}::{self.home}/mail/{user}"
            "::userdb_mail=maildir:~/Maildir\n"
            for user in users
        ]
        (self.home / "users").write_text("".join(lines))

    def own(self, path: Path) -> None:
        """Give a file or folder to the user whose processes read mail."""
        mail = pwd.getpwnam("mail")
        os.chown(path, mail.pw_uid, mail.pw_gid)

    @property
    def port(self) -> int:
        """Where it listens for IMAP."""
        return int(json.loads((self.home / "imap.json").read_text())[0])

    @property
    def tls_port(self) -> int:
        """Where it listens for IMAP under TLS."""
        return int(json.loads((self.home / "imap.json").read_text())[1])

    @property
    def pid_file(self) -> Path:
        """Where its master process says its pid."""
        return self.home / "run/master.pid"

    def maildir(self, user: str) -> Path:
        """The mailbox of a user."""
        return self.home / "mail" / user / "Maildir"

    def fill(self, user: str, messages: Iterable[Generated]) -> None:
        """Write messages as a mail server keeps them, times and flags too; not where there are some."""
        mailbox = self.maildir(user)
        if mailbox.exists():
            return
        making = mailbox.with_name("making")
        for name in ("cur", "new", "tmp"):
            (making / name).mkdir(parents=True, exist_ok=True)
        for number, message in enumerate(messages):
            flags = "".join(letter for flag, letter in sorted(_FLAGS.items()) if flag in message.flags)
            moment = message.received_at.timestamp()
            path = making / "cur" / f"{int(moment)}.{number:07d}.bench:2,{flags}"
            path.write_bytes(message.raw.replace(b"\r\n", b"\n"))
            os.utime(path, (moment, moment))
            self.own(path)
        for each in (making.parent, making, *making.iterdir()):
            self.own(each)
        making.rename(mailbox)

    def forget_index(self, user: str) -> None:
        """Let a mailbox be read anew: its index and its cache are deleted."""
        for path in self.maildir(user).glob("dovecot.index*"):
            path.unlink()
        shutil.rmtree(self.maildir(user) / ".BenchMove", ignore_errors=True)

    def start(self) -> None:
        """Start it, and return when it serves."""
        subprocess.run(["dovecot", "-c", self.home / "dovecot.conf"], check=True)
        wait_for_port(self.port, hint=f"(see {self.home}/dovecot.log)")
        wait_until(self.pid_file.exists, 10, "Dovecot has not said its pid")

    def stop(self) -> None:
        """Stop it; it does nothing when it doesn't run."""
        stop_by_pid_file(self.pid_file)


def _open_path(path: Path) -> None:
    """Let the peers' unprivileged users through to `path`, when a temporary directory is closed to them."""
    path.chmod(0o755)
    for parent in path.parents:
        if not parent.stat().st_mode & 0o001:
            raise PermissionError(f"{parent} is closed to others; choose a directory below an open one")
