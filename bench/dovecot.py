"""Dovecot from Debian's package, in a directory of its own: the mail store of the peers."""

import json
import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .processes import LOOPBACK, free_port, stop_by_pid_file, wait_for_port

PASSWORD = "password"

_CONFIGURATION = """\
protocols = imap lmtp
listen = {address}
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
instance_name = postillion-bench
ssl = no
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
    port = 0
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
"""


class Dovecot:
    """One Dovecot below `home`; to be run as root, as it drops privileges."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()

    def setup(self, users: Sequence[str]) -> None:
        """Write its configuration, and choose its port."""
        for name in ("run", "state", "mail"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        _open_path(self.home)
        mail = pwd.getpwnam("mail")
        self.own(self.home / "mail")
        (self.home / "imap.json").write_text(json.dumps(free_port()))
        configuration = _CONFIGURATION.format(
            home=self.home, address=LOOPBACK, uid=mail.pw_uid, gid=mail.pw_gid, imap=self.port
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
        return int(json.loads((self.home / "imap.json").read_text()))

    @property
    def pid_file(self) -> Path:
        """Where its master process says its pid."""
        return self.home / "run/master.pid"

    def maildir(self, user: str) -> Path:
        """The mailbox of a user."""
        return self.home / "mail" / user / "Maildir"

    def start(self) -> None:
        """Start it, and return when it serves."""
        subprocess.run(["dovecot", "-c", self.home / "dovecot.conf"], check=True)
        wait_for_port(self.port, hint=f"(see {self.home}/dovecot.log)")

    def stop(self) -> None:
        """Stop it; it does nothing when it doesn't run."""
        stop_by_pid_file(self.pid_file)


def _open_path(path: Path) -> None:
    """Let the peers' unprivileged users through to `path`, when a temporary directory is closed to them."""
    path.chmod(0o755)
    for parent in path.parents:
        if not parent.stat().st_mode & 0o001:
            raise PermissionError(f"{parent} is closed to others; choose a directory below an open one")
