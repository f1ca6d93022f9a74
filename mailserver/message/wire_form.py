"""A message made fit for the wire: no line over 998 octets, and 7 bits where the way takes no more.

Only parts that need it are encoded anew; all other bytes stay as they are (RFC 5321 §4.5.3.1.6, RFC 6152 §3).
"""

import binascii
import re
from collections.abc import Iterator

from . import transfer
from .parser import parse
from .part import Part

MAX_LINE = 998

_ENCODING_FIELD = re.compile(rb"^Content-Transfer-Encoding:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.I | re.M)
_STRAY = re.compile(rb"(?:[ \t][^\r\n]*\r\n)+")
_AS_IT_IS = ("7bit", "8bit", "binary")
_ENCODED = ("quoted-printable", "base64")
_BASE64_BYTES = 57

Edit = tuple[int, int, bytes]
"""From, to, and what stands there instead."""


def fit(raw: bytes, *, eight_bit: bool) -> bytes:
    """Return the message, CRLF at its line ends, as it may be sent; the same object when it is fit already.

    Header fields beyond ASCII are left as they are. What can't be encoded anew, as text between the parts, is
    broken into lines.
    """
    if not _is_unfit(raw, eight_bit):
        return raw
    pieces, position = [], 0
    for start, end, replacement in _edits(raw, parse(raw), eight_bit):
        pieces += [raw[position:start], replacement]
        position = end
    return _broken(b"".join([*pieces, raw[position:]]))


def has_long_line(data: bytes) -> bool:
    """Say whether a line is longer than may be sent: looks at its ends only."""
    start = 0
    while len(data) - start > MAX_LINE:
        window = start, start + MAX_LINE + 1
        end = max(data.rfind(b"\n", *window), data.rfind(b"\r", *window))
        if end < 0:
            return True
        start = end + 1
    return False


def without_nul(raw: bytes) -> bytes:
    """Encode the parts that hold NUL, which no literal of IMAP may (RFC 9051 §4.3.1); all else stays."""
    pieces, position = [], 0
    for _, leaf in parse(raw).walk():
        body = raw[leaf.body : leaf.end]
        if leaf.children or b"\0" not in body or leaf.encoding not in _AS_IT_IS:
            continue
        pieces += [raw[position : leaf.start], _header(raw[leaf.start : leaf.body], "base64")]
        pieces.append(_encoded(body, "base64"))
        position = leaf.end
    return b"".join([*pieces, raw[position:]])


def _is_unfit(data: bytes, eight_bit: bool) -> bool:
    return not (eight_bit or data.isascii()) or has_long_line(data)


def _edits(raw: bytes, part: Part, eight_bit: bool) -> Iterator[Edit]:
    """Yield what is to be replaced, in order: long header lines, labels, bodies."""
    head, body = raw[part.start : part.body], raw[part.body : part.end]
    if part.children:
        label = "7bit" if part.encoding in _AS_IT_IS and not eight_bit and not body.isascii() else ""
        yield part.start, part.body, _header(head, label)
        for child in part.children:
            yield from _edits(raw, child, eight_bit)
        return
    encoding = _encoding_for(part, body, eight_bit)
    yield part.start, part.body, _header(head, encoding)
    if encoding:
        yield part.body, part.end, _encoded(transfer.decode(body, part.encoding), encoding)


def _encoding_for(part: Part, body: bytes, eight_bit: bool) -> str:
    """Choose the encoding for a leaf; "" leaves it alone, as composite types must be (RFC 2045 §6.4)."""
    if not _is_unfit(body, eight_bit) or part.content_type.startswith(("multipart/", "message/")):
        return ""
    if part.encoding in _ENCODED:
        return part.encoding
    if part.encoding not in _AS_IT_IS:
        return ""
    return "quoted-printable" if part.content_type.startswith("text/") else "base64"


def _header(head: bytes, encoding: str) -> bytes:
    """Fold long lines of a header, and label the body when its encoding is new."""
    lines = head.split(b"\r\n") if has_long_line(head) else [head]
    folded = b"\r\n".join(_folded(line) for line in lines) if len(lines) > 1 else head
    if not encoding:
        return folded
    labelled = _labelled(folded, f"Content-Transfer-Encoding: {encoding}\r\n".encode())
    # What the header ends without is needed from now on: an encoded body may look like one more field.
    return labelled if labelled.endswith(b"\r\n\r\n") else labelled + b"\r\n"


def _labelled(head: bytes, label: bytes) -> bytes:
    changed, count = _ENCODING_FIELD.subn(label, head, count=1)
    if count:
        return changed
    # Lines that continue nothing would continue the label.
    stray = _STRAY.match(head)
    start = stray.end() if stray else 0
    return head[:start] + label + head[start:]


def _folded(line: bytes) -> bytes:
    """Break a line of a header at spaces, or anywhere when it has none (RFC 5322 §2.2.3)."""
    pieces = []
    while len(line) > MAX_LINE:
        cut = max(line.rfind(b" ", 1, MAX_LINE), line.rfind(b"\t", 1, MAX_LINE))
        if cut > 1 and line[:cut].strip():
            pieces.append(line[:cut])
            line = line[cut:]
        else:
            pieces.append(line[: MAX_LINE - 1])
            line = b" " + line[MAX_LINE - 1 :]
    return b"\r\n".join([*pieces, line])


def _encoded(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        starts = range(0, len(data), _BASE64_BYTES)
        lines = [binascii.b2a_base64(data[start : start + _BASE64_BYTES], newline=False) for start in starts]
        return b"\r\n".join(lines)
    # Line by line: a line end of the text stays a line end.
    texts = (binascii.b2a_qp(line) for line in data.split(b"\r\n"))
    return b"\r\n".join(text.replace(b"=\n", b"=\r\n") for text in texts)


def _broken(data: bytes) -> bytes:
    """The last resort: a line that is still too long becomes several."""
    if not has_long_line(data):
        return data
    return re.sub(rb"[^\r\n]{%d}(?=[^\r\n])" % MAX_LINE, lambda found: found[0] + b"\r\n", data)
