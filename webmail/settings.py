"""Settings, all from the environment (and `.env`); their names are the outer face of the product."""

import logging
import os
import secrets
import socket
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from mailserver.sasl import PlaintextAuth
from webmail.static_files import content_version

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", "var")).resolve()


def _secret_made_once(path: Path, length: int = 48) -> str:
    """Read the secret at `path`; the first start makes it, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(length))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            # Another process of the same first start was faster: its secret is the one.
            path.stat()
        finally:
            draft.unlink()
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "") or _secret_made_once(DATA_DIR / "secret_key")
# Web Push: a scalar of P-256 as base64url (RFC 8292). With another one, devices have to ask anew.
PUSH_PRIVATE_KEY = env.str("PUSH_PRIVATE_KEY", "") or _secret_made_once(DATA_DIR / "push_key", 32)
DEBUG = False

# --- Who we are and where we listen
HTTP_LISTEN = env.str("HTTP_LISTEN", "127.0.0.1:8000")
SITE_URL = env.str("SITE_URL", "") or f"http://{HTTP_LISTEN}"
MAIL_HOSTNAME = env.str("MAIL_HOSTNAME", "") or socket.gethostname()
MAIL_DOMAINS = [name.strip().lower() for name in env.list("MAIL_DOMAINS", default=[]) if name.strip()]
MAIL_ROUTES = env.str("MAIL_ROUTES", "")
DNS_RESOLVER = env.str("DNS_RESOLVER", "")
# Whether the resolver's word that it checked signatures (AD) is believed, for DANE: yes, no, or auto, which
# is yes for one on this machine.
DNS_VALIDATES = env.str("DNS_VALIDATES", "auto")
SMTP_LISTEN = env.str("SMTP_LISTEN", "127.0.0.1:2525")
# Where our own people hand in what they send: 587, where TLS is asked for, and 465, where it comes first.
SUBMISSION_LISTEN = env.str("SUBMISSION_LISTEN", "127.0.0.1:2587")
SUBMISSIONS_LISTEN = env.str("SUBMISSIONS_LISTEN", "")
# From where passwords may come without TLS: never, loopback, always.
PLAINTEXT_AUTH = PlaintextAuth(env.str("PLAINTEXT_AUTH", "") or "loopback")
SMTP_PROCESSES = env.int("SMTP_PROCESSES", 1)
IMAP_LISTEN = env.str("IMAP_LISTEN", "127.0.0.1:2143")
IMAPS_LISTEN = env.str("IMAPS_LISTEN", "")
# POP3 is served by the same processes.
POP3_LISTEN = env.str("POP3_LISTEN", "127.0.0.1:2110")
POP3S_LISTEN = env.str("POP3S_LISTEN", "")
IMAP_PROCESSES = env.int("IMAP_PROCESSES", 1)
WORKERS = env.int("WORKERS", 1)
# Deliveries that one worker carries out at a time.
WORKER_THREADS = env.int("WORKER_THREADS", 16)
# Proxies whose PROXY header says who connects to SMTP: addresses and networks.
PROXY_FROM = env.list("PROXY_FROM", default=[])


def _reachable(listen: str) -> str:
    """The address at which a server that listens on every address answers this machine."""
    return listen.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:")


HTTP_PROBE = _reachable(HTTP_LISTEN)
# Where /healthz looks for the SMTP server: elsewhere when it has a machine or container of its own.
SMTP_PROBE = env.str("SMTP_PROBE", "") or _reachable(SMTP_LISTEN)
# And for IMAP and POP3.
IMAP_PROBE = env.str("IMAP_PROBE", "") or _reachable(IMAP_LISTEN)
POP3_PROBE = env.str("POP3_PROBE", "") or _reachable(POP3_LISTEN)
# A filter that is asked about each message from outside, as http://127.0.0.1:11333.
RSPAMD_URL = env.str("RSPAMD_URL", "")
# The ports at which the world reaches our doors, where others map them: imaps=993,submission=587.
PUBLIC_PORTS = {
    name.strip(): int(port)
    for name, _, port in (pair.partition("=") for pair in env.list("PUBLIC_PORTS", default=[]))
}
# Whom `doctor` asks whether port 25 is open outwards: domains, or host:port.
DOCTOR_PEERS = env.list("DOCTOR_PEERS", default=["gmail.com", "outlook.com", "qq.com"])
# Networks whose mail is not checked for who wrote it: relays of our own, which checked it before.
UNCHECKED_NETWORKS = env.list("UNCHECKED_NETWORKS", default=["127.0.0.0/8", "::1/128"])
# What becomes of mail whose domain asks to refuse it (DMARC): reject, junk (into Spam) or note (nothing).
DMARC_FAILURES = env.str("DMARC_FAILURES", "reject")
if DMARC_FAILURES not in {"reject", "junk", "note"}:
    raise ImproperlyConfigured(f"DMARC_FAILURES is {DMARC_FAILURES}, not reject, junk or note")
# Domains, as of mailing lists, that are believed what they sealed by ARC about mail that they changed.
TRUSTED_ARC_SEALERS = [name.strip().lower() for name in env.list("TRUSTED_ARC_SEALERS", default=[])]
# Lists of senders in the DNS that are asked about each server, and what becomes of mail from those on them.
DNSBL_ZONES = [name.strip() for name in env.list("DNSBL_ZONES", default=[]) if name.strip()]
DNSBL_ACTION = env.str("DNSBL_ACTION", "mark")
# Who writes for the first time is asked to come again after so many seconds; 0: nobody is.
GREYLIST_SECONDS = env.int("GREYLIST_SECONDS", 0)
# Addresses of ours that reports of DMARC and TLS come to; postmaster of each domain when empty.
REPORTS_TO = [name.strip().lower() for name in env.list("REPORTS_TO", default=[]) if name.strip()]
# Whether domains that ask for reports on mail in their name (DMARC, rua=) get them.
DMARC_REPORTS = env.bool("DMARC_REPORTS", True)
# Whether domains that ask for it (TLS-RPT) are told how mail to them was encrypted.
TLS_REPORTS = env.bool("TLS_REPORTS", True)
# ManageSieve for mail programs (RFC 5804), as 0.0.0.0:4190; empty: none.
MANAGESIEVE_LISTEN = env.str("MANAGESIEVE_LISTEN", "")
TLS_CERT = env.str("TLS_CERT", "")
TLS_KEY = env.str("TLS_KEY", "")

# --- The queue: all in seconds, so that a test can hurry (features.md, Delivery)
_HOUR = 3600
RETRY_SCHEDULE = [
    int(step)
    for step in env.list("RETRY_SCHEDULE", default=["300", "900", "1800", "1800", "1800", "1800", "14400"])
]
DELAY_NOTICE = env.int("DELAY_NOTICE", 4 * _HOUR)
GIVE_UP = env.int("GIVE_UP", 5 * 24 * _HOUR)
# How long a worker may be silent before its mail is given to another one.
DELIVERY_LEASE = env.int("DELIVERY_LEASE", 60)
# Connections to one destination at a time, of all workers together.
DESTINATION_CONNECTIONS = env.int("DESTINATION_CONNECTIONS", 20)
# Seconds by phase, where they are not those of mailserver.smtp.patience.Timeouts.
SMTP_CLIENT_TIMEOUTS: dict[str, float] = {}

# --- Limits (docs/operations.md)
MAX_MESSAGE_BYTES = env.int("MAX_MESSAGE_BYTES", 35 * 1024 * 1024)
# The largest file of mail that a person may bring in.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 20 * 1024**3)
# Mail servers, host:port, that mail may be fetched from though they are inside our network, or without TLS.
IMPORT_HOSTS = [name.strip().lower() for name in env.list("IMPORT_HOSTS", default=[]) if name.strip()]
MAX_RECIPIENTS = env.int("MAX_RECIPIENTS", 1000)
# What one account may send in a day, from wherever; 0 is without limit.
MESSAGES_PER_DAY = env.int("MESSAGES_PER_DAY", 10_000)
RECIPIENTS_PER_DAY = env.int("RECIPIENTS_PER_DAY", 50_000)
# A form without its files: a letter that quotes a large HTML mail passes Django's 2.5 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
SMTP_CONNECTIONS_PER_IP = env.int("SMTP_CONNECTIONS_PER_IP", 30)
SMTP_CONNECTIONS_PER_MINUTE = env.int("SMTP_CONNECTIONS_PER_MINUTE", 300)
IMAP_CONNECTIONS_PER_IP = env.int("IMAP_CONNECTIONS_PER_IP", 30)
IMAP_CONNECTIONS_PER_MINUTE = env.int("IMAP_CONNECTIONS_PER_MINUTE", 300)
POP3_CONNECTIONS_PER_IP = env.int("POP3_CONNECTIONS_PER_IP", 30)
POP3_CONNECTIONS_PER_MINUTE = env.int("POP3_CONNECTIONS_PER_MINUTE", 300)

# --- Django
# Addresses of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; * is anybody.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
_site_host = SITE_URL.split("://", 1)[-1].split("/", 1)[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site_host.rsplit(":", 1)[0], "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [SITE_URL.rstrip("/")]
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "webmail.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "webmail",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "webmail.middleware.discovery",
    "webmail.middleware.LargePages",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "webmail.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "webmail.middleware.private",
    "webmail.middleware.preferences",
    "webmail.middleware.seen",
]
ROOT_URLCONF = "webmail.urls"
ASGI_APPLICATION = "webmail.asgi.application"
WSGI_APPLICATION = "webmail.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webmail.context.shell",
            ],
        },
    },
]

# --- Database: SQLite in DATA_DIR unless told otherwise
UNSAFE_DATABASE = env.bool("UNSAFE_DATABASE", False)
_database_url = env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'postillion.sqlite3'}"
DATABASES = {"default": env.db_url_config(_database_url)}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # The map covers what SQLite can map at most: past it, pages of large mailboxes are copied at each look.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=2147418112;"
        ),
    }
    # Tests start server processes and threads, which a database in memory can't serve.
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # None is prepared for being frequent, but what store/sql.py asks for may be.
    _database.setdefault("OPTIONS", {}).setdefault("prepare_threshold", 1_000_000_000)
    _database["CONN_HEALTH_CHECKS"] = True
_database["CONN_MAX_AGE"] = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis when scaled; the database and files when embedded
REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
        }
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "webmail_cache"}
    }

# --- People
AUTH_USER_MODEL = "webmail.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
CSRF_FAILURE_VIEW = "webmail.views.errors.csrf_failure"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "webmail.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
# Two servers on one loopback address (the demo) would share cookies: a cookie knows no port.
SESSION_COOKIE_NAME = f"session_{_site_host.rsplit(':', 1)[-1]}"
CSRF_COOKIE_NAME = f"csrf_{_site_host.rsplit(':', 1)[-1]}"

# --- Languages
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "webmail" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files, and what a page may load
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_URL = f"/static/{content_version(BASE_DIR / 'static')}/"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'", CSP.NONCE],
    "style-src": ["'self'", CSP.NONCE],
    "img-src": ["'self'", "data:", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'self'"],
}

# --- The administration's looks: the accent of the mail pages, from light to dark
_ACCENT = {
    50: 0.97,
    100: 0.94,
    200: 0.88,
    300: 0.8,
    400: 0.71,
    500: 0.67,
    600: 0.57,
    700: 0.5,
    800: 0.43,
    900: 0.37,
}
UNFOLD = {
    "SITE_TITLE": "Postillion",
    "SITE_HEADER": "Postillion",
    "SITE_SUBHEADER": MAIL_HOSTNAME,
    "SITE_URL": "/",
    "SITE_ICON": f"{STATIC_URL}img/logo.svg",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": f"{STATIC_URL}img/logo.svg"}],
    "SHOW_HISTORY": True,
    "COLORS": {"primary": {str(step): f"oklch({light} 0.17 33)" for step, light in _ACCENT.items()}},
}


def _not_health(record: logging.LogRecord) -> bool:
    """Drop the note on an answer of /healthz: who asks for it reads it, and asks again each second."""
    request = getattr(record, "request", None)
    return getattr(request, "path", "") != "/healthz"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"not_health": {"()": "django.utils.log.CallbackFilter", "callback": _not_health}},
    "loggers": {
        "django.request": {"filters": ["not_health"]},
        # aiosmtpd names every connection.
        "mail.log": {"level": "WARNING"},
        # A worker that stops gives back the wake-ups it had not begun: no news.
        "kombu.transport.virtual.base": {"level": "ERROR"},
        # It warns of what follows from an error that it raises as well.
        "psycopg": {"level": "ERROR"},
        # A sweep every two seconds is no news; trouble is.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
}
