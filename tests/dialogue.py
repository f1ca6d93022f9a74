"""Runs a dialogue written as the RFCs write them: `C:` lines are sent, `S:` lines must come back.

`C:` gets CR LF at its end; `C-` is sent as it stands. Both know \\r \\n \\0 \\\\ \\xHH; `{n}text` repeats
the text n times. `S:` must match the whole line, with `*` for anything. `S.` says that the server
closes. `#` comments.
"""

import re
import socket
from fnmatch import fnmatchcase
from pathlib import Path

DIALOGUES = Path(__file__).parent / "dialogues"
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)")
_REPEAT = re.compile(r"\{(\d+)\}([^{]*)")
_NAMED = {"r": "\r", "n": "\n", "0": "\0", "\\": "\\"}


def names(prefix: str) -> list[str]:
    """The dialogues whose file name begins with `prefix`."""
    return sorted(path.stem for path in DIALOGUES.glob(f"{prefix}*.txt"))


def run(name: str, peer: socket.socket) -> None:
    """Speak the dialogue over a connected socket."""
    peer.settimeout(10)
    with peer, peer.makefile("rb") as answers:
        for number, line in enumerate((DIALOGUES / f"{name}.txt").read_text().splitlines(), 1):
            where = f"{name}.txt:{number}"
            kind, text = line[:2], line[3:]
            if kind in ("C:", "C-"):
                peer.sendall(_octets(text) + (b"\r\n" if kind == "C:" else b""))
            elif kind == "S:":
                got = answers.readline().decode().removesuffix("\r\n")
                assert fnmatchcase(got, text.replace("[", "[[]")), f"{where}: expected {text!r}, got {got!r}"
            elif kind == "S.":
                assert answers.readline() == b"", f"{where}: the server should have closed"
            else:
                assert not line or line.startswith("#"), f"{where}: neither C nor S"


def _octets(text: str) -> bytes:
    text = _REPEAT.sub(lambda match: match[2] * int(match[1]), text)
    return _ESCAPE.sub(lambda match: _escaped(match[1]), text).encode("utf-8", "surrogateescape")


def _escaped(code: str) -> str:
    if len(code) == 3:
        return bytes([int(code[1:], 16)]).decode("ascii", "surrogateescape")
    return _NAMED[code]
