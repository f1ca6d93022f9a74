"""Content-Transfer-Encoding undone, leniently (RFC 2045 §6); never raises."""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDED_RUN = re.compile(rb"([A-Za-z0-9+/]+)=*")
# A line that base64 can't have, near the end: mailing lists append text without looking.
_FOOTER = re.compile(rb"\n(?:[^\n]*[^A-Za-z0-9+/=\s]|[^\n]*[^\s] +[^\s])")
_FOOTER_BYTES = 2000
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)


def decode(data: bytes, encoding: str) -> bytes:
    """`data` as it was before `encoding` (lower case); unknown encodings leave it as it is."""
    if encoding == "base64":
        return base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return uuencode(data)
    return data


def base64(data: bytes) -> bytes:
    """Base64 with foreign characters, missing padding, several padded runs; a plain footer is cut off."""
    footer = _FOOTER.search(data, max(0, len(data) - _FOOTER_BYTES))
    data = data[: footer.start()] if footer else data
    inner = data.find(b"=")
    if inner < 0 or not data[inner:].strip(b"=\r\n \t"):
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            pass
    digits = _NOT_BASE64.sub(b"", data)
    return b"".join(_run(run) for run in _PADDED_RUN.findall(digits))


def _run(digits: bytes) -> bytes:
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def uuencode(data: bytes) -> bytes:
    """The file after the first `begin` line; data without one is returned as it is."""
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    lines: list[bytes] = []
    for line in data[begin.end() :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            break
        lines.append(_uu_line(line))
    return b"".join(lines)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Broken encoders write more than the length says (as CPython's own uu module copes).
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return b""
