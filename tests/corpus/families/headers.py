"""Subjects: encoded well and badly, raw eight bits, folded, empty, hostile (RFC 5322, RFC 2047, RFC 6532)."""

from collections.abc import Iterator

from ..case import ANA, BO, SUBJECT, Case, b_word, bare, case, q_word

_GB = "关于下周会议的通知"
_JP = "会議のお知らせ"

# name, raw value, what is to be read
SUBJECTS: tuple[tuple[str, bytes, str], ...] = (
    ("one word in b", b"=?utf-8?B?5L2g5aW9?=", "你好"),
    ("one word in q", b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    ("lower case b and q", b"=?utf-8?b?5L2g5aW9?= =?utf-8?q?_Gr=c3=bc=c3=9fe?=", "你好 Grüße"),
    ("underscores are spaces", b"=?iso-8859-1?Q?a_b=5Fc?=", "a b_c"),
    ("raw spaces in a q word", b"=?utf-8?Q?Gr=C3=BC=C3=9Fe aus Wien?=", "Grüße aus Wien"),
    ("two words make one", b"=?utf-8?B?5L2g?= =?utf-8?B?5aW9?=", "你好"),
    ("two words over a fold", b"=?utf-8?B?5L2g?=\r\n =?utf-8?B?5aW9?=", "你好"),
    ("two words over a fold with a tab", b"=?utf-8?B?5L2g?=\r\n\t=?utf-8?B?5aW9?=", "你好"),
    ("a character split between two words", b"=?utf-8?B?5L0=?= =?utf-8?B?oA==?=", "你"),
    ("a character split between two q words", b"=?utf-8?Q?=E4=BD?=\r\n =?utf-8?Q?=A0?=", "你"),
    ("a gbk character split", b_word("gbk", _GB.encode("gbk")[:5]) + b" " + b_word("gbk", _GB.encode("gbk")[5:]), _GB),
    ("an escape state split", b_word("iso-2022-jp", _JP.encode("iso2022_jp")[:9]) + b"\r\n "
     + b_word("iso-2022-jp", _JP.encode("iso2022_jp")[9:]), _JP),
    ("b then q in one charset", b"=?utf-8?B?5L2g?= =?utf-8?Q?=E5=A5=BD?=", "你好"),
    ("two charsets", b_word("gb2312", "你好".encode("gbk")) + b" " + q_word("iso-8859-1", "Grüße".encode("latin-1")), "你好Grüße"),
    ("text around words", b"Re: =?utf-8?B?5L2g5aW9?= and more", "Re: 你好 and more"),
    ("words glued to text", b"[list]=?utf-8?B?5L2g5aW9?=!", "[list]你好!"),
    ("words glued to each other", b"=?utf-8?B?5L2g?==?utf-8?B?5aW9?=", "你好"),
    ("a word in quotes", b'"=?utf-8?B?5L2g5aW9?="', '"你好"'),
    ("a language tag", b"=?utf-8*zh-CN?B?5L2g5aW9?=", "你好"),
    ("base64 without padding", b"=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
    ("base64 with too much padding", b"=?utf-8?B?R3LDvMOfZQ====?=", "Grüße"),
    ("base64 with spaces", b"=?utf-8?B?R3LD vMOf ZQ==?=", "Grüße"),
    ("base64 padded in the middle", b"=?utf-8?B?5L2g?= =?utf-8?B?IQ==?= =?utf-8?B?5aW9?=", "你!好"),
    ("an unknown charset", b"=?x-nobody-knows?Q?plain?=", "plain"),
    ("an empty word", b"=?utf-8?Q??= =?utf-8?B?5L2g5aW9?=", "你好"),
    ("a word that never ends", b"=?utf-8?B?5L2g5aW9", "=?utf-8?B?5L2g5aW9"),
    ("an encoding nobody knows", b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
    ("a question mark in a q word", b"=?utf-8?Q?ready?_?=", "ready? "),
    ("a broken escape in a q word", b"=?utf-8?Q?100=ZZ?=", "100=ZZ"),
    ("a mislabelled word", b_word("iso-8859-1", "Grüße 你好".encode()), "Grüße 你好"),
    ("gb2312 word with gbk characters", b_word("gb2312", "朱镕基".encode("gbk")), "朱镕基"),
    ("shift_jis word with vendor characters", b_word("shift_jis", "①髙橋".encode("cp932")), "①髙橋"),
    ("iso-2022-jp word with vendor characters", b_word("iso-2022-jp", b"\x1b$B-!\x1b(B"), "①"),
    ("utf-7 is not read", b"=?utf-7?Q?+ADw-script+AD4-?=", "+ADw-script+AD4-"),
    ("a line end inside a word", q_word("utf-8", b"a\r\nBcc: eve@x.test"), "aBcc: eve@x.test"),
    ("a zero inside a word", b"=?utf-8?Q?a=00b?=", "ab"),
    ("bidi marks inside a word", b_word("utf-8", "exe\u202egpj".encode()), "exegpj"),
    ("line separators inside a word", b_word("utf-8", "one\u2028two".encode()), "onetwo"),
    ("an emoji of several code points", b_word("utf-8", "👩‍👩‍👧 🇨🇳".encode()), "👩‍👩‍👧 🇨🇳"),
    ("raw utf-8", "Größe 你好".encode(), "Größe 你好"),
    ("raw utf-8 and a word", "你好 ".encode() + b"=?utf-8?B?5L2g5aW9?=", "你好 你好"),
    ("raw gbk", "关于下周会议的通知和安排".encode("gbk"), "关于下周会议的通知和安排"),
    ("raw latin-1", "Überraschung für Jörg".encode("latin-1"), "Überraschung für Jörg"),
    ("raw koi8-r", "Расписание поездов на завтра".encode("koi8-r"), "Расписание поездов на завтра"),
    ("raw windows-1251", "Расписание поездов на завтра".encode("cp1251"), "Расписание поездов на завтра"),
    ("raw euc-kr", "다음 주 회의 안내 말씀드립니다".encode("cp949"), "다음 주 회의 안내 말씀드립니다"),
    ("raw iso-2022-jp", _JP.encode("iso2022_jp"), _JP),
    ("folded plainly", b"a very long\r\n subject on\r\n\tthree lines", "a very long subject on three lines"),
    ("folded with nothing before", b"\r\n folded at once", "folded at once"),
    ("folded over a blank line of spaces", b"first\r\n \r\n second", "first  second"),
    ("empty", b"", ""),
    ("only spaces", b"   ", ""),
    ("many spaces inside", b"a  b   c", "a  b   c"),
    ("tabs become spaces", b"a\tb", "a b"),
    ("a colon inside", b"Re: a: b", "Re: a: b"),
    ("two thousand characters", b"x" * 2000, "x" * 2000),
)  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """Each subject in a plain message; then headers that are broken as a whole."""
    del seed
    for name, raw, subject in SUBJECTS:
        yield case(f"subject {name}", b"text\r\n", "text", subject=subject, raw_subject=raw)
    hinted = (("big5", "會議通知"), ("cp932", "会議の件"), ("koi8-r", "Привет"), ("iso8859-2", "Łódź"))
    for codec, subject in hinted:
        label = {"cp932": "shift_jis", "iso8859-2": "iso-8859-2"}.get(codec, codec)
        header = (f"Content-Type: text/plain; charset={label}".encode(), b"Content-Transfer-Encoding: 8bit")
        text = subject * 3
        yield case(
            f"subject raw {codec} as the text is",
            text.encode(codec),
            text,
            header=header,
            subject=subject,
            raw_subject=subject.encode(codec),
        )
    yield from _whole()


def _usual(*fields: bytes, eol: bytes = b"\r\n") -> bytes:
    return eol.join((*fields, b"", b"text", b""))


_FROM, _TO, _SUBJECT = (
    b"From: Ana Ruiz <ana@crepes.test>",
    b"To: Bo Li <bo@harbour.test>",
    b"Subject: Lunch on Friday",
)
_THREE = (_FROM, _TO, _SUBJECT)


def _whole() -> Iterator[Case]:
    yield bare("header with line feeds only", _usual(*_THREE, eol=b"\n"), "text")
    yield bare(
        "header with line feeds and a body with both",
        b"\n".join((*_THREE, b"", b"one\r\ntwo\nthree")),
        "one\ntwo\nthree",
    )
    yield bare("header with carriage returns doubled", _usual(*_THREE, eol=b"\r\r\n"), "text")
    yield bare(
        "mbox line above the header",
        _usual(b"From ana@crepes.test Fri Nov  6 09:30:00 2026", *_THREE),
        "text",
    )
    yield bare(
        "quoted mbox line above the header",
        _usual(b">From ana@crepes.test Fri Nov  6 09:30:00 2026", *_THREE),
        "text",
    )
    yield bare("byte order mark above the header", b"\xef\xbb\xbf" + _usual(*_THREE), "text")
    yield bare("empty lines above the header", b"\r\n\r\n" + _usual(*_THREE), "text")
    yield bare("first field indented", b" " + _usual(*_THREE), "text")
    yield bare(
        "space before the colon",
        _usual(
            b"From : Ana Ruiz <ana@crepes.test>",
            b"To\t: Bo Li <bo@harbour.test>",
            b"Subject : Lunch on Friday",
        ),
        "text",
    )
    yield bare("fold before the colon", _usual(_FROM, _TO, b"Subject\r\n : Lunch on Friday"), "text")
    yield bare(
        "no space after the colon", _usual(*(field.replace(b": ", b":", 1) for field in _THREE)), "text"
    )
    yield bare(
        "names in capitals",
        _usual(*(field.partition(b":")[0].upper() + b":" + field.partition(b":")[2] for field in _THREE)),
        "text",
    )
    yield bare(
        "a line that is no field between fields", _usual(_FROM, b"what is this", _TO, _SUBJECT), "text"
    )
    yield bare("a field name with eight bits", _usual(_FROM, b"X-M\xfcll: x", _TO, _SUBJECT), "text")
    yield bare(
        "no empty line before the text",
        b"\r\n".join((*_THREE, b"text without a gap", b"", b"more")),
        "text without a gap\n\nmore",
    )
    yield bare("no empty line and no more", b"\r\n".join((*_THREE, b"only text")), "only text")
    yield bare("header only", b"\r\n".join((*_THREE, b"")), "")
    yield bare("header and its empty line only", b"\r\n".join((*_THREE, b"", b"")), "")
    yield bare("no header at all", b"\r\njust text\r\n", "just text", subject="", from_=[], to=[])
    yield bare(
        "text and no header",
        b"just some words\r\n\r\nand more\r\n",
        "just some words\n\nand more",
        subject="",
        from_=[],
        to=[],
    )
    yield bare("nothing", b"", "", subject="", from_=[], to=[])
    yield bare("two subjects", _usual(*_THREE, b"Subject: second"), "text")
    yield bare("two senders", _usual(*_THREE, b"From: Eve <eve@x.test>"), "text")
    yield bare(
        "two lists of recipients",
        _usual(*_THREE, b"To: Cy <cy@harbour.test>"),
        "text",
        to=[BO, ["Cy", "cy@harbour.test"]],
    )
    yield bare("an empty second list", _usual(*_THREE, b"To:"), "text")
    yield bare(
        "parameter not indented",
        b"\r\n".join(
            (
                *_THREE,
                b"Content-Type: multipart/mixed;",
                b'boundary="b"',
                b"",
                b"--b",
                b"",
                b"text",
                b"--b--",
                b"",
            )
        ),
        "text",
        structure="multipart/mixed(text/plain)",
    )
    yield bare(
        "a thousand fields",
        _usual(*_THREE, *(b"X-N: %d" % n for n in range(1000))),
        "text",
        subject=SUBJECT,
        from_=[ANA],
    )
    yield bare("a field of ninety thousand bytes", _usual(b"X-Long: " + b"y" * 90_000, *_THREE), "text")
