"""Drafts of every kind, for what must come back out of the messages composed from them."""

from datetime import datetime, timedelta, timezone

from mailserver.message.address import Address
from mailserver.message.compose import Attachment, Draft

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
NOON = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=8)))
ALICE = Address("爱丽丝 👩‍🍳", "alice", "crepes.test")
BOB = Address("", "bob", "hamburger.test")
FAMILY = "👨‍👩‍👧‍👦"
LETTER = "Subject: inside\r\nMIME-Version: 1.0\r\n\r\nWords.\r\n"


def _draft(**fields: object) -> Draft:
    given = {
        "from_": (ALICE,),
        "to": (BOB,),
        "subject": "Hello",
        "date": NOON,
        "message_id": "m1@crepes.test",
    }
    return Draft(**(given | fields))  # type: ignore[arg-type]


def _file(name: str, data: bytes = b"%PDF", content_type: str = "application/pdf") -> Attachment:
    return Attachment(name, content_type, data)


def _people(*names: str) -> tuple[Address, ...]:
    return tuple(Address(name, f"p{number}", "x.test") for number, name in enumerate(names))


_PICTURE = Attachment("图 1.png", "image/png", PNG, "p1@crepes.test", inline=True)
_OTHER = Attachment("b.png", "image/png", PNG[:50], "p10@crepes.test", inline=True)
_SHOWN = '<p>见图 <img src="cid:p1@crepes.test" alt="图"></p>'

DRAFTS: dict[str, Draft] = {
    # Bodies
    "plain": _draft(text="Hello Bob,\n\nsee you.\n-- \nAlice"),
    "nothing at all": Draft(from_=(ALICE,), to=(BOB,), date=NOON, text=""),
    "Chinese text": _draft(text="你好，\n\n" + "这是很长的一行，没有空格。" * 20 + "\n再见"),
    "German text": _draft(
        text="Grüße aus München, wo die Bäume grün sind.\n" + "Ein langer Absatz für Müller. " * 20
    ),
    "long paragraphs": _draft(text="word " * 300 + "\n\n" + "x" * 300 + " end\n" + "y" * 1200),
    "quoted paragraphs": _draft(
        text="Yes.\n\nOn Monday, Bob wrote:\n> " + "quoted words " * 30 + "\n>> twice\n>\n> end"
    ),
    "lines others touch": _draft(text=" indented\nFrom me\n.\n..\n> From\n\ttab\n-- \nsig\n--\n"),
    "HTML alone": _draft(html="<p>Hello <b>Bob</b></p>"),
    "HTML and its own text": _draft(html="<p>Hello</p>", text="Hello, plainly"),
    "Chinese HTML": _draft(html="<div>" + "你好，世界。" * 100 + "</div>"),
    "a page": _draft(
        html='<html><head><style>p{color:red}</style></head><body class="x"><p>Whole</p></body></html>'
    ),
    "one long line of HTML": _draft(html="<p>" + "<b>bold</b> and not, " * 200 + "</p>"),
    # Pictures and files
    "a picture in the text": _draft(html=_SHOWN, attachments=(_PICTURE,)),
    "only a picture": _draft(subject="", html='<img src="cid:p1@crepes.test">', attachments=(_PICTURE,)),
    "two pictures": _draft(html=_SHOWN + '<img src="cid:p10@crepes.test">', attachments=(_PICTURE, _OTHER)),
    "a picture and a file": _draft(html=_SHOWN, attachments=(_PICTURE, _file("菜单.pdf"))),
    "a picture beside plain text": _draft(text="x", attachments=(_file("a.png", PNG, "image/png"),)),
    "files beside plain text": _draft(
        text="x", attachments=(_file("a.pdf"), _file("a.pdf"), _file("b.txt", b"b", "text/plain"))
    ),
    "an empty file": _draft(text="x", attachments=(_file("empty.bin", b"", "application/octet-stream"),)),
    "a large file": _draft(
        text="x", attachments=(_file("l.bin", bytes(range(256)) * 2000, "application/x-own"),)
    ),
    "a calendar": _draft(
        text="x", attachments=(_file("a.ics", "BEGIN:VCALENDAR\r\nSUMMARY:会\r\n".encode(), "text/calendar"),)
    ),
    "a letter": _draft(text="x", attachments=(_file("l.eml", LETTER.encode(), "message/rfc822"),)),
    # Names of files
    "a long Chinese name": _draft(text="x", attachments=(_file("非常长的文件名" * 25 + "。pdf"),)),
    "a name of emoji": _draft(text="x", attachments=(_file(f"{FAMILY * 9}.pdf"),)),
    "a long plain name": _draft(text="x", attachments=(_file("long name " * 19 + ".pdf"),)),
    "a name of signs": _draft(text="x", attachments=(_file("a;b=c\"d'e%41*f(g)?= =?.pdf"),)),
    "a European name": _draft(text="x", attachments=(_file("Übergröße naïve.pdf"),)),
    # Fields
    "a long Chinese subject": _draft(subject="冬季菜单的很长的主题" * 20, text="x"),
    "a subject of emoji": _draft(subject=f"{FAMILY * 12} 🇨🇳🇩🇪", text="x"),
    "a long plain subject": _draft(subject="word " * 60 + "x" * 200, text="x"),
    "a subject like an encoded word": _draft(subject="=?utf-8?q?x?= and ?=", text="x"),
    "a subject of signs": _draft(subject='"quoted", <a@b>; (c) \\ _ % =', text="x"),
    "no subject": _draft(subject="", text="x"),
    "people": _draft(
        to=_people("Müller, Bob", 'The "Boss"', "O'Neil\\x", "王小明", "=?utf-8?q?x?=", "a@b.c", "名" * 50),
        cc=_people("Dora (home)", "Long Name " * 9),
        reply_to=(Address("团队", "team", "crepes.test"),),
        bcc=_people("Hidden"),
        text="x",
    ),
    "two hundred people": _draft(to=_people(*(f"第{number}位，读者" for number in range(200))), text="x"),
    "foreign domains": _draft(
        to=(Address("", "bob", "bücher.test"), Address("王", "wang", "例子.test")), text="x"
    ),
    "a long conversation": _draft(
        in_reply_to="m99@crepes.test",
        references=tuple(f"m{number}@crepes.test" for number in range(100)),
        text="x",
    ),
}  # fmt: skip
