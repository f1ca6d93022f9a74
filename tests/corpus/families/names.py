"""Names of files: RFC 2231, RFC 2047 where it has no place, raw bytes, and names that mean harm."""

import random
from collections.abc import Iterator
from urllib.parse import quote

from ..case import Case, b64, b_word, case, multipart, part, q_word

_ZH, _DE, _JP, _RU, _KO = "会议记录.pdf", "Überblick für März.pdf", "請求書①.pdf", "Отчёт.pdf", "견적서.pdf"
_LONG = "年度工作总结与下一年度工作计划（最终版）" * 3 + ".docx"


def _pct(text: str, codec: str = "utf-8") -> bytes:
    return quote(text.encode(codec), safe="").encode()


def _continued(text: str, size: int = 40) -> bytes:
    """filename*0*=utf-8''…; filename*1*=…, cut at any byte."""
    encoded = "".join(f"%{byte:02X}" for byte in text.encode())
    pieces = [encoded[start : start + size] for start in range(0, len(encoded), size)]
    rows = [
        f"filename*{n}*={'' if n else chr(117) + 'tf-8' + chr(39) * 2}{piece}"
        for n, piece in enumerate(pieces)
    ]
    return ";\r\n ".join(rows).encode()


# name, value of Content-Disposition behind "attachment; ", file name
DISPOSITIONS: tuple[tuple[str, bytes, str], ...] = (
    ("quoted", b'filename="plan.pdf"', "plan.pdf"),
    ("unquoted", b"filename=plan.pdf", "plan.pdf"),
    ("unquoted with spaces", b"filename=my plan.pdf", "my plan.pdf"),
    ("single quotes", b"filename='plan.pdf'", "'plan.pdf'"),
    ("escaped quotes", rb'filename="my \"plan\".pdf"', 'my "plan".pdf'),
    ("capitals", b'FILENAME="plan.pdf"', "plan.pdf"),
    ("spaces around the equals sign", b'filename = "plan.pdf"', "plan.pdf"),
    ("folded before", b'\r\n filename="plan.pdf"', "plan.pdf"),
    ("folded with a tab", b'\r\n\tfilename="plan.pdf"', "plan.pdf"),
    ("not folded though it should be", b'\r\nfilename="plan.pdf"', "plan.pdf"),
    ("folded inside the quotes", b'filename="a long\r\n plan.pdf"', "a long plan.pdf"),
    ("a semicolon in quotes", b'filename="a;b.pdf"', "a;b.pdf"),
    ("an equals sign in quotes", b'filename="a=b.pdf"', "a=b.pdf"),
    ("a semicolon at the end", b'filename="plan.pdf";', "plan.pdf"),
    ("other parameters around", b'size=3; filename="plan.pdf"; creation-date="Fri, 6 Nov 2026"', "plan.pdf"),
    ("no semicolon between quoted ones", b'size="3" filename="plan.pdf"', "plan.pdf"),
    ("quote never closed", b'filename="plan.pdf', "plan.pdf"),
    ("dots and spaces at the end", b'filename="plan.pdf. ."', "plan.pdf"),
    ("a dot at the beginning", b'filename=".profile"', ".profile"),
    ("rfc2231 utf-8", b"filename*=utf-8''" + _pct(_ZH), _ZH),
    ("rfc2231 with a language", b"filename*=UTF-8'zh-CN'" + _pct(_ZH), _ZH),
    ("rfc2231 in quotes", b"filename*=\"utf-8''" + _pct(_ZH) + b'"', _ZH),
    ("rfc2231 gb2312", b"filename*=gb2312''" + _pct(_ZH, "gbk"), _ZH),
    ("rfc2231 big5", b"filename*=big5''" + _pct("會議.pdf", "big5"), "會議.pdf"),
    ("rfc2231 shift_jis", b"filename*=shift_jis''" + _pct(_JP, "cp932"), _JP),
    ("rfc2231 iso-2022-jp", b"filename*=iso-2022-jp''" + _pct("見積書.pdf", "iso2022_jp"), "見積書.pdf"),
    ("rfc2231 euc-kr", b"filename*=euc-kr''" + _pct(_KO, "cp949"), _KO),
    ("rfc2231 koi8-r", b"filename*=koi8-r''" + _pct(_RU, "koi8-r"), _RU),
    ("rfc2231 iso-8859-1", b"filename*=iso-8859-1''" + _pct(_DE, "latin-1"), _DE),
    ("rfc2231 without a charset", b"filename*=''" + _pct(_ZH), _ZH),
    ("rfc2231 without quotes at all", b"filename*=" + _pct(_ZH), _ZH),
    ("rfc2231 lower case hex", b"filename*=utf-8''" + _pct("für.pdf").lower(), "für.pdf"),
    ("rfc2231 with a plain fallback", b"filename=\"plan.pdf\"; filename*=utf-8''" + _pct(_ZH), _ZH),
    ("rfc2231 before its fallback", b"filename*=utf-8''" + _pct(_ZH) + b'; filename="plan.pdf"', _ZH),
    ("rfc2231 wrong charset name", b"filename*=utf8''" + _pct(_ZH), _ZH),
    ("rfc2231 latin-1 that is utf-8", b"filename*=iso-8859-1''" + _pct(_ZH), _ZH),
    ("continued", b'filename*0="a very long "; filename*1="name.pdf"', "a very long name.pdf"),
    ("continued out of order", b'filename*1="name.pdf"; filename*0="a very long "', "a very long name.pdf"),
    ("continued and encoded", _continued(_ZH), _ZH),
    ("continued and cut inside characters", _continued(_LONG, 41), _LONG),
    ("continued over many lines", _continued(_LONG, 60), _LONG),
    ("continued, one part plain", b"filename*0*=utf-8''%E4%BC%9A; filename*1=\"-2026\"; filename*2*=%E8%AE%AE.pdf", "会-2026议.pdf"),
    ("continued with encoded words", b'filename*0="' + b_word("utf-8", "会议".encode()) + b'"; filename*1=".pdf"', "会议.pdf"),
    ("encoded word in quotes", b'filename="' + b_word("utf-8", _ZH.encode()) + b'"', _ZH),
    ("encoded word without quotes", b"filename=" + b_word("utf-8", _ZH.encode()), _ZH),
    ("q word in quotes", b'filename="' + q_word("iso-8859-1", _DE.encode("latin-1")) + b'"', _DE),
    ("gb2312 word in quotes", b'filename="' + b_word("gb2312", _ZH.encode("gbk")) + b'"', _ZH),
    ("iso-2022-jp word in quotes", b'filename="' + b_word("iso-2022-jp", "見積書.pdf".encode("iso2022_jp")) + b'"', "見積書.pdf"),
    ("two words over a fold", b'filename="' + b_word("utf-8", "会议".encode()) + b"\r\n " + b_word("utf-8", "记录.pdf".encode()) + b'"', _ZH),
    ("word and a plain ending", b'filename="' + b_word("utf-8", "会议".encode()) + b'.pdf"', "会议.pdf"),
    ("raw utf-8", b'filename="' + _ZH.encode() + b'"', _ZH),
    ("raw utf-8 without quotes", b"filename=" + _ZH.encode(), _ZH),
    ("raw gbk", b'filename="' + "会议记录与下周的安排.pdf".encode("gbk") + b'"', "会议记录与下周的安排.pdf"),
    ("raw latin-1", b'filename="' + _DE.encode("latin-1") + b'"', _DE),
    ("raw utf-8 cut in a character", b'filename="' + "会议记录与安排".encode()[:-1] + b'"', "会议记录与安\ufffd"),
    ("percent signs that mean nothing", b'filename="100%.pdf"', "100%.pdf"),
    ("a unix path", b'filename="/etc/passwd"', "passwd"),
    ("a path upwards", b'filename="../../.ssh/id"', "id"),
    ("a windows path", rb'filename="C:\Users\ana\plan.pdf"', "plan.pdf"),
    ("an encoded path", b"filename*=utf-8''..%2F..%2Fplan.pdf", "plan.pdf"),
    ("only dots", b'filename=".."', ""),
    ("bidi marks", b'filename="' + "plan\u202efdp.exe".encode() + b'"', "planfdp.exe"),
    ("an encoded zero", b"filename*=utf-8''plan%00.pdf", "plan.pdf"),
    ("an encoded line end", b"filename*=utf-8''plan%0D%0ABcc%3A.pdf", "planBcc:.pdf"),
    ("a name of four hundred letters", b'filename="' + b"n" * 400 + b'.pdf"', "n" * 251 + ".pdf"),
)  # fmt: skip

# name, value of Content-Type, Content-Disposition, file name
TYPES: tuple[tuple[str, bytes, bytes, str], ...] = (
    ("in the type only", b'application/pdf; name="plan.pdf"', b"attachment", "plan.pdf"),
    ("in the type only, encoded", b'application/pdf; name="' + b_word("utf-8", _ZH.encode()) + b'"', b"attachment", _ZH),
    ("in the type only, rfc2231", b"application/pdf; name*=utf-8''" + _pct(_ZH), b"attachment", _ZH),
    ("different in the two", b'application/pdf; name="other.pdf"', b'attachment; filename="plan.pdf"', "plan.pdf"),
    ("broken in one", b'application/pdf; name="' + b_word("utf-8", _ZH.encode()) + b'"', b'attachment; filename="\xef\xbf\xbd\xef\xbf\xbd.pdf"', _ZH),
    ("no disposition", b'application/pdf; name="plan.pdf"', b"", "plan.pdf"),
    ("inline", b"application/pdf", b'inline; filename="plan.pdf"', "plan.pdf"),
    ("a disposition nobody knows", b"application/pdf", b'somehow; filename="plan.pdf"', "plan.pdf"),
    ("a disposition without its word", b"application/pdf", b'; filename="plan.pdf"', "plan.pdf"),
    ("a type without a slash", b'pdf; name="plan.pdf"', b"", "plan.pdf"),
    ("a comment in the type", b'application/pdf (a plan); name="plan.pdf"', b"", "plan.pdf"),
    ("no semicolon behind the type", b'application/pdf name="plan.pdf"', b"attachment", "plan.pdf"),
    ("quotes around the type", b'"application/pdf"; name="plan.pdf"', b"attachment", "plan.pdf"),
    ("no name at all", b"application/pdf", b"attachment", ""),
)  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """A text and a file of drawn bytes in each."""
    draw = random.Random(seed)
    for name, value, filename in DISPOSITIONS:
        yield _case(f"file name {name}", b"application/pdf", b"attachment; " + value, filename, draw)
    for name, content_type, disposition, filename in TYPES:
        yield _case(f"file name {name}", content_type, disposition, filename, draw)


def _case(name: str, content_type: bytes, disposition: bytes, filename: str, draw: random.Random) -> Case:
    data = draw.randbytes(draw.randint(1, 200))
    header = b"Content-Type: " + content_type + b"\r\nContent-Transfer-Encoding: base64\r\n"
    if disposition:
        header += b"Content-Disposition: " + disposition + b"\r\n"
    body = multipart("b", part((), "see the plan"), header + b"\r\n" + b64(data))
    shown = "application/octet-stream" if content_type.startswith(b"pdf") else "application/pdf"
    return case(
        name.replace(",", ""),
        body,
        "see the plan",
        header=(b"Content-Type: multipart/mixed; boundary=b",),
        files=[[filename, len(data)]],
        structure=f"multipart/mixed(text/plain,{shown})",
    )
