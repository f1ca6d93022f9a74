"""Content-Transfer-Encoding undone, leniently (RFC 2045 §6); never raises."""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDED_RUN = re.compile(rb"([A-Za-z0-9+/]+)=*")
# A line that base64 can't have, near the end: mailing lists append text without looking.
_FOOTER = re.compile(rb"\n(?:[^\n]*[^A-Za-z0-9+/=\s]|[^\n]*[^\s] +[^\s])")
_FOOTER_BYTES = 2000
# Words after the padding, on its line.
_AFTER_PADDING = re.compile(rb"(=)[ \t]+[^\s=][^\n]*")
_SPACED_SOFT_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")
_YENC_LINE = re.compile(rb"^=y(?:begin|part|end)\b[^\n]*+(?:\n|\Z)", re.MULTILINE)
_YENC_ESCAPE = re.compile(rb"=(.)", re.DOTALL)
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4}(?: [^\r\n]*)?\r?\n", re.MULTILINE)


def decode(data: bytes, encoding: str) -> bytes:
    """`data` as it was before `encoding` (lower case); unknown encodings leave it as it is."""
    if encoding == "base64":
        return base64(data)
    if encoding == "quoted-printable":
        if b"= " in data or b"=\t" in data:
            data = _SPACED_SOFT_BREAK.sub(b"=", data)
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return uuencode(data)
    return yenc(data) if encoding == "x-yenc" else data


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
    digits = _NOT_BASE64.sub(b"", _AFTER_PADDING.sub(rb"\1", data))
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


def yenc(data: bytes) -> bytes:
    """What is between the =ybegin and =yend lines (yEnc draft 1.3)."""
    encoded = _YENC_LINE.sub(b"", data).translate(None, b"\r\n")
    plain = _YENC_ESCAPE.sub(lambda match: bytes([(match[1][0] - 64) % 256]), encoded)
    return plain.translate(_YENC_SHIFT)


_YENC_SHIFT = bytes((code - 42) % 256 for code in range(256))
