"""The layers of the house: who may import whom, read from the imports themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("mailserver", "webmail")

_BASE = (
    "mailserver.dns",
    "mailserver.limits",
    "mailserver.log_in",
    "mailserver.message",
    "mailserver.networks",
    "mailserver.proxy_protocol",
    "mailserver.sasl",
    "mailserver.srs",
    "mailserver.tls",
    "mailserver.allocator",
    "mailserver.workers",
)
_STORE = ("webmail.store", "webmail.models", "mailserver")
_DELIVERY = ("webmail.delivery", "webmail.celery", "webmail.heartbeat", *_STORE)
_INSTALLATION = ("webmail.installation", *_DELIVERY)

# The longest matching name rules; a module may import what begins with one of the names on the right.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "mailserver": (),
    "mailserver.dns": ("mailserver.limits",),
    "mailserver.sts_fetch": ("mailserver.smtp.sts", "mailserver.web"),
    "mailserver.dnsbl": ("mailserver.dns",),
    "mailserver.message": ("mailserver.message", "mailserver.limits"),
    "mailserver.child": (),
    "mailserver.log_in": ("mailserver.sasl",),
    "mailserver.proxy_protocol": ("mailserver.networks",),
    "mailserver.access": ("mailserver.access", "mailserver.limits", "mailserver.workers"),
    "mailserver.web": ("mailserver.dns",),
    "mailserver.picture_fetch": ("mailserver.web",),
    "mailserver.one_click": ("mailserver.web",),
    "mailserver.web_push": ("mailserver.web",),
    "mailserver.rspamd": ("mailserver.smtp.envelope",),
    "mailserver.calendar_process": ("mailserver.child",),
    "mailserver.calendar_file": ("mailserver.calendar_process", "mailserver.child", "mailserver.message"),
    "mailserver.imap_answers": (),
    "mailserver.imap_source": ("mailserver.dns", "mailserver.imap_answers", "mailserver.web"),
    "mailserver.html_process": ("mailserver.message", "mailserver.child"),
    "mailserver.query": ("mailserver.query",),
    "mailserver.setup": ("mailserver.setup", "mailserver.dns", "mailserver.web"),
    "mailserver.sieve": ("mailserver.sieve", "mailserver.query"),
    "mailserver.authenticity": ("mailserver.authenticity", *_BASE),
    "mailserver.smtp": ("mailserver.smtp", "mailserver.authenticity", *_BASE),
    "mailserver.imap": ("mailserver.imap", "mailserver.access", "mailserver.authenticity", *_BASE),
    "mailserver.managesieve": ("mailserver.managesieve", "mailserver.access", *_BASE),
    "mailserver.pop3": ("mailserver.pop3", "mailserver.access", *_BASE),
    "webmail.models": ("webmail.models",),
    "webmail.store": _STORE,
    "webmail.delivery": _DELIVERY,
    "webmail.installation": _INSTALLATION,
    "webmail.servers": ("webmail.servers", *_DELIVERY),
    "webmail.views": (
        "webmail.views",
        "webmail.forms",
        "webmail.assets",
        "webmail.templatetags",
        *_INSTALLATION,
    ),
    "webmail.admin": ("webmail.admin", *_INSTALLATION),
    "webmail.management": ("webmail", "mailserver"),
    # The rest of webmail wires the parts together: urls, settings, asgi, celery, forms, supervisor …
    "webmail": ("webmail", "mailserver"),
}

# Doors that only the named modules may use.
ONLY_FOR: dict[str, tuple[str, ...]] = {
    "mailserver.smtp.client": ("mailserver.smtp", "webmail.delivery.link"),
    "mailserver.rspamd": ("webmail.delivery.examine",),
    "mailserver.smtp.server": ("mailserver.smtp", "webmail.servers", "webmail.management"),
    "mailserver.smtp.submission": ("mailserver.smtp", "webmail.servers"),
    "mailserver.smtp.receiver": ("mailserver.smtp", "webmail.servers", "webmail.management"),
    "mailserver.imap": ("mailserver.imap", "webmail.servers", "webmail.management"),
    "mailserver.managesieve": ("mailserver.managesieve", "webmail.servers", "webmail.management"),
    "mailserver.pop3": ("mailserver.pop3", "webmail.servers", "webmail.management"),
    "webmail.delivery.tasks": ("webmail.delivery.tasks", "webmail.celery", "webmail.management"),
    "webmail.servers": ("webmail.servers", "webmail.management"),
    "webmail.admin": ("webmail.admin", "webmail.urls"),
    "webmail.management": ("webmail.management",),
}

# Inside delivery, too, arrows point one way: attempt -> bounce -> local -> queue.
DELIVERY_ORDER = ("attempt", "bounce", "local", "queue")

FOREIGN_TO: dict[str, tuple[str, ...]] = {
    "mailserver": ("django", "celery", "redis", "psycopg", "sqlite3"),
    # Bytes in, values out: the message package does no input or output.
    "mailserver.message": ("socket", "asyncio", "urllib.request", "http", "aiosmtpd", "aiosmtplib", "dns"),
}


def _under(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def _modules(root: Path) -> dict[str, Path]:
    """Every module of ours by its dotted name, migrations apart."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _imports(name: str, path: Path, known: set[str]) -> Iterator[str]:
    """The modules that one module imports, wherever in it, by their absolute names."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in known else base


def _wrong(importer: str, target: str) -> str:
    """Why this import is not allowed; "" when it is."""
    for layer, names in FOREIGN_TO.items():
        if _under(importer, (layer,)) and _under(target, names):
            return f"{layer} knows nothing of {target}"
    if not _under(target, PACKAGES):
        return ""
    rule = max((layer for layer in MAY_IMPORT if _under(importer, (layer,))), key=len)
    if not _under(target, MAY_IMPORT[rule]):
        return f"{rule} may import only {', '.join(MAY_IMPORT[rule]) or 'nothing of ours'}"
    for door, users in ONLY_FOR.items():
        if _under(target, (door,)) and not _under(importer, users):
            return f"{door} is only for {', '.join(users)}"
    ranks = [name.removeprefix("webmail.delivery.") for name in (importer, target)]
    if all(rank in DELIVERY_ORDER for rank in ranks) and ranks != sorted(ranks, key=DELIVERY_ORDER.index):
        return "inside delivery: " + " -> ".join(DELIVERY_ORDER)
    return ""


def broken_rules(root: Path) -> list[str]:
    """Each import of the tree at `root` that points another way than down."""
    modules = _modules(root)
    found = []
    for name, path in modules.items():
        for target in _imports(name, path, set(modules)):
            reason = _wrong(name, target)
            if reason:
                found.append(f"{name} imports {target}: {reason}")
    return found


def test_every_import_points_downwards() -> None:
    assert broken_rules(ROOT) == []


def _tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_bad_tree_is_found_out(tmp_path: Path) -> None:
    root = _tree(
        tmp_path,
        {
            "mailserver/message/__init__.py": "import django.conf",
            "mailserver/message/html.py": "from urllib import request\nimport socket",
            "mailserver/imap/session.py": "from ..smtp import reply",
            "mailserver/smtp/__init__.py": "",
            "mailserver/smtp/reply.py": "from webmail import settings",
            "mailserver/smtp/client.py": "",
            "webmail/__init__.py": "",
            "webmail/models/message.py": "from webmail.store import add",
            "webmail/store/__init__.py": "",
            "webmail/store/add.py": "def late():\n    from webmail.delivery import queue",
            "webmail/delivery/__init__.py": "",
            "webmail/delivery/queue.py": "from .attempt import go",
            "webmail/delivery/attempt.py": "from . import link, queue",
            "webmail/delivery/link.py": "from mailserver.smtp import client",
            "webmail/delivery/submit.py": "from mailserver.smtp import client",
            "webmail/views/mailbox.py": "from webmail.servers import smtp_backend\nimport webmail.store",
            "webmail/servers/smtp_backend.py": "",
        },
    )
    found = {line.split(":")[0] for line in broken_rules(root)}
    assert found == {
        "mailserver.message imports django.conf",
        "mailserver.message.html imports socket",
        "mailserver.imap.session imports mailserver.smtp.reply",
        "mailserver.smtp.reply imports webmail",
        "webmail.models.message imports webmail.store.add",
        "webmail.store.add imports webmail.delivery.queue",
        "webmail.delivery.queue imports webmail.delivery.attempt",
        "webmail.delivery.submit imports mailserver.smtp.client",
        "webmail.views.mailbox imports webmail.servers.smtp_backend",
    }
