"""The two servers of the demo: their ports, data and routes to each other, as environments of `up`."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """One mail server on loopback; its ports count from `base` (interface.md, DEMO_BASE_PORT)."""

    name: str
    domain: str
    base: int

    @property
    def site_url(self) -> str:
        """Where a browser finds it."""
        return f"http://{_LOOPBACK}:{self.base}"

    @property
    def smtp(self) -> str:
        """Where its peer delivers mail."""
        return f"{_LOOPBACK}:{self.base + 25}"

    @property
    def imap(self) -> str:
        """Where a mail program reads."""
        return f"{_LOOPBACK}:{self.base + 43}"

    @property
    def pop3(self) -> str:
        """Where a mail program fetches."""
        return f"{_LOOPBACK}:{self.base + 10}"

    @property
    def submission(self) -> str:
        """Where mail programs of its people hand in what they send."""
        return f"{_LOOPBACK}:{self.base + 87}"

    def environment(self, data: Path, peer: "Server") -> Mapping[str, str]:
        """What its processes have in their environment; nothing of another installation reaches it."""
        return {
            "DATA_DIR": str(data / self.domain),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "SITE_URL": self.site_url,
            "MAIL_HOSTNAME": f"mail.{self.domain}",
            "MAIL_DOMAINS": self.domain,
            "MAIL_ROUTES": f"{peer.domain}={peer.smtp}",
            "HTTP_LISTEN": f"{_LOOPBACK}:{self.base}",
            "SMTP_LISTEN": self.smtp,
            "SUBMISSION_LISTEN": self.submission,
            "SUBMISSIONS_LISTEN": "",
            "SMTP_PROBE": "",
            "IMAP_LISTEN": self.imap,
            "IMAPS_LISTEN": "",
            "IMAP_PROBE": "",
            "POP3_LISTEN": self.pop3,
            "POP3S_LISTEN": "",
            "POP3_PROBE": "",
        }


def two_servers(base: int) -> tuple[Server, Server]:
    """crepes.test at `base`, hamburger.test a hundred ports above."""
    return Server("crepes", "crepes.test", base), Server("hamburger", "hamburger.test", base + 100)


def command(manage: Path, *arguments: str) -> tuple[str, ...]:
    """A management command, run by this very Python."""
    return (sys.executable, os.fspath(manage), *arguments)
