"""Modified UTF-7, in which IMAP4rev1 writes the names of mailboxes (RFC 3501 §5.1.3)."""

import binascii
import re

_SHIFTED = re.compile(r"&([^-]*)-")
_PLAIN = re.compile(r"[ -~]+")


def encode(name: str) -> str:
    """Write a name; what is printable ASCII stays, but for &."""
    pieces: list[str] = []
    position = 0
    for run in _PLAIN.finditer(name):
        pieces += (_shifted(name[position : run.start()]), run[0].replace("&", "&-"))
        position = run.end()
    return "".join((*pieces, _shifted(name[position:])))


def decode(name: str) -> str:
    """Read a name; raises ValueError when it is not well formed."""
    if "&" in _SHIFTED.sub("", name):
        raise ValueError("a shift without its end")
    return _SHIFTED.sub(lambda match: _unshifted(match[1]), name)


def _shifted(text: str) -> str:
    if not text:
        return ""
    digits = binascii.b2a_base64(text.encode("utf-16-be", "surrogatepass"), newline=False).decode()
    return f"&{digits.rstrip('=').replace('/', ',')}-"


def _unshifted(digits: str) -> str:
    if not digits:
        return "&"
    padded = digits.replace(",", "/") + "=" * (-len(digits) % 4)
    try:
        return binascii.a2b_base64(padded, strict_mode=True).decode("utf-16-be")
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no modified UTF-7") from error
