"""Roundcube from Debian's packages over a Dovecot of its own: what `bench.web_compare` measures ours beside.

    apt-get install roundcube-core roundcube-sqlite3 nginx-light php-fpm dovecot-core dovecot-imapd

As its users get it: PHP-FPM with its opcode cache behind nginx, its default skin, no plug-ins. To be run as
root; nothing of the system's own configuration is read or changed, but Roundcube's own defaults.
"""

import html
import json
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from .dovecot import PASSWORD, Dovecot
from .generate import Generator
from .processes import LOOPBACK, free_port, stop_by_pid_file, wait_for_port
from .web_session import Answer, UnexpectedAnswerError, WebSession

RECIPIENT = "bench@bench.test"
_PROGRAM = Path("/var/lib/roundcube/public_html")
_DEFAULTS = Path("/etc/roundcube")
_TABLES = Path("/usr/share/roundcube/SQL/sqlite.initial.sql")

_SETTINGS = """\
<?php
$config = [
    'db_dsnw' => 'sqlite:///{home}/db/roundcube.db?mode=0640',
    'imap_host' => '{address}:{imap}',
    'des_key' => 'a key of the bench, 24 b',
    'plugins' => [],
    'skin' => 'elastic',
    'enable_spellcheck' => false,
    'log_dir' => '{home}/logs',
    'temp_dir' => '{home}/temp',
    'language' => 'en_US',
];
"""
_PHP = "memory_limit = 256M\ndate.timezone = UTC\n"
_FPM = """\
[global]
pid = {home}/fpm.pid
error_log = {home}/logs/fpm.log
[www]
user = www-data
group = www-data
listen = {home}/fpm.sock
listen.owner = www-data
pm = static
pm.max_children = 4
env[ROUNDCUBE_CONFIG_DIR] = {home}/config
php_admin_value[error_log] = {home}/logs/php.log
php_admin_value[opcache.enable] = 1
"""
_NGINX = """\
worker_processes 2;
pid {home}/nginx.pid;
user www-data;
events {{ worker_connections 512; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  gzip on;
  gzip_types text/css application/javascript application/json text/plain image/svg+xml;
  client_body_temp_path {home}/nginx/body;
  fastcgi_temp_path {home}/nginx/fastcgi;
  proxy_temp_path {home}/nginx/proxy;
  scgi_temp_path {home}/nginx/scgi;
  uwsgi_temp_path {home}/nginx/uwsgi;
  server {{
    listen {address}:{port};
    root {program};
    index index.php;
    location / {{ try_files $uri $uri/ /index.php$is_args$args; }}
    location ~* \\.(css|js|svg|png|gif|ico|woff2?|jpg)$ {{ expires 30d; }}
    location ~ \\.php$ {{
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_buffers 32 16k;
      fastcgi_pass unix:{home}/fpm.sock;
    }}
  }}
}}
"""


class Roundcube:
    """One nginx, PHP-FPM and Dovecot below `home`; a user for each size of mailbox."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.dovecot = Dovecot(home / "dovecot")

    def setup(self, sizes: Sequence[int]) -> None:
        """Write the configuration, and fill the mailboxes that aren't there yet."""
        for name in ("config", "logs", "temp", "db", "nginx"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o755)
        self.dovecot.setup([user_of(size) for size in sizes])
        (self.home / "http.json").write_text(json.dumps(free_port()))
        values = {"home": self.home, "address": LOOPBACK, "imap": self.dovecot.port}
        values |= {"program": _PROGRAM, "port": self._port}
        for path, text in (
            ("config/config.inc.php", _SETTINGS),
            ("php.ini", _PHP),
            ("fpm.conf", _FPM),
            ("nginx.conf", _NGINX),
        ):
            (self.home / path).write_text(text.format(**values))
        for name in ("defaults.inc.php", "mimetypes.php"):
            shutil.copyfile(_DEFAULTS / name, self.home / "config" / name)
        self._make_database()
        for size in sizes:
            # The messages that `bench.fill` adds.
            self.dovecot.fill(user_of(size), Generator(1, RECIPIENT).messages(size))

    def _make_database(self) -> None:
        path = self.home / "db/roundcube.db"
        if not path.exists():
            with sqlite3.connect(path) as database:
                database.executescript(_TABLES.read_text())
            database.close()
        owner = pwd.getpwnam("www-data")
        for each in (path, *(self.home / name for name in ("logs", "temp", "db"))):
            os.chown(each, owner.pw_uid, owner.pw_gid)

    @property
    def _port(self) -> int:
        return int(json.loads((self.home / "http.json").read_text()))

    @property
    def site(self) -> str:
        """The address of its pages."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def pids(self) -> list[int]:
        """The master processes of all three."""
        paths = [self.home / "nginx.pid", self.home / "fpm.pid", self.dovecot.pid_file]
        return [int(path.read_text()) for path in paths]

    def start(self) -> None:
        """Start all, and return when pages are served."""
        self.dovecot.start()
        fpm = max(Path("/usr/sbin").glob("php-fpm*"))
        subprocess.run([fpm, "-y", self.home / "fpm.conf", "-c", self.home / "php.ini"], check=True)
        log = self.home / "nginx/error.log"
        subprocess.run(["nginx", "-c", self.home / "nginx.conf", "-p", self.home, "-e", log], check=True)
        wait_for_port(self._port, hint=f"(see {log})")

    def stop(self) -> None:
        """Stop all; it does nothing to what doesn't run."""
        for path in (self.home / "nginx.pid", self.home / "fpm.pid"):
            stop_by_pid_file(path)
        self.dovecot.stop()


class RoundcubeReader:
    """Somebody who reads the inbox with it: each method makes the request that the page's script makes."""

    def __init__(self, site: str, user: str) -> None:
        self.session = WebSession(site)
        page = self.session.get("/?_task=login").text
        token = re.search(r'name="_token" value="([^"]+)"', page)
        fields = {"_task": "login", "_action": "login", "_user": user, "_pass": PASSWORD, "_timezone": "UTC"}
        self.session.post("/?_task=login", {**fields, "_token": token[1] if token else ""})
        found = re.search(r'"request_token":"([^"]+)"', self.whole().text)
        if not found:
            raise UnexpectedAnswerError(f"Roundcube doesn't let {user} in")
        self._token = found[1]

    def whole(self) -> Answer:
        """The inbox as a page, as after a reload."""
        return self.session.get("/?_task=mail&_mbox=INBOX")

    def rows(self, page: int) -> Answer:
        """The rows of a page of the list."""
        return self._ask(_action="list", _page=page)

    def open(self, uid: int) -> Answer:
        """What a click on a row loads."""
        return self.session.get(f"/?_task=mail&_mbox=INBOX&_uid={uid}&_framed=1&_action=preview")

    def search(self, word: str) -> Answer:
        """The rows whose subject has a word."""
        return self._ask(_action="search", _q=word, _headers="subject", _scope="base")

    def _ask(self, **query: object) -> Answer:
        path = "/?" + urlencode({"_task": "mail", "_mbox": "INBOX", "_remote": 1, **query})
        return self.session.get(path, X_Requested_With="XMLHttpRequest", X_Roundcube_Request=self._token)


def uids(answer: Answer) -> list[int]:
    """The messages that an answer's rows show."""
    return [int(uid) for uid in re.findall(r"add_message_row\((\d+),", html.unescape(answer.json()["exec"]))]  # type: ignore[index, call-overload]


def user_of(size: int) -> str:
    """Who has the mailbox of this size."""
    return f"m{size}"


def installed() -> bool:
    """Whether the packages are there."""
    programs = (shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("nginx", "dovecot"))
    return all(programs) and _PROGRAM.exists() and any(Path("/usr/sbin").glob("php-fpm*"))
