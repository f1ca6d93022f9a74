"""Where mutations begin: our own test messages, and the words that change what mail means."""

from datetime import UTC, datetime
from pathlib import Path

from mailserver.message import compose
from mailserver.message.address import Address
from mailserver.message.compose import Attachment, Draft

_CORPUS = Path(__file__).parent.parent / "corpus"
_LARGEST = 20_000

_ALICE = Address("爱丽丝", "alice", "crepes.test")
_LETTER = compose.compose(
    Draft(
        from_=(_ALICE,),
        to=(Address("Müller, Bob", "bob", "hämburger.test"),),
        subject="冬季菜单 " * 9,
        html='<div style="color:red">Hi <img src="cid:p@x"></div><blockquote type="cite">older</blockquote>',
        attachments=(
            Attachment("图.png", "image/png", b"\x89PNG" + bytes(80), "p@x", inline=True),
            Attachment("菜单" * 30 + ".pdf", "application/pdf", b"%PDF"),
            Attachment("old.eml", "message/rfc822", b"Subject: old\r\n\r\n> before\r\n"),
        ),
        message_id="m@crepes.test",
        date=datetime(2026, 11, 22, tzinfo=UTC),
        references=("a@x", "b@x"),
    )
)
_PLAIN = (
    b"From: Bob <bob@hamburger.test>\nTo: g: a@b.test, c@d.test;\nSubject: =?gbk?B?xOO6ww==?=\n\n"
    b"Hi\n\nOn x wrote:\n> y\n-- \nb\n"
)
_DIGEST = (
    b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: 1\r\n\r\nx\r\n"
    b"--b\r\n\r\nSubject: 2\r\n\r\ny\r\n--b--\r\n"
)
_REPORT = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n"
    b"--r\r\n\r\nno\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\n"
    b"Status: 5.1.1\r\n--r--\r\n"
)
_UUENCODED = b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a.txt\n#86)C\n`\nend\n"

MESSAGES: tuple[bytes, ...] = (
    _LETTER,
    _PLAIN,
    _DIGEST,
    _REPORT,
    _UUENCODED,
    *(path.read_bytes() for path in sorted(_CORPUS.glob("**/*.eml")) if path.stat().st_size <= _LARGEST),
)

TOKENS: tuple[bytes, ...] = (
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b"\x1b$B", b"\x1b(B", b"=?", b"?=", b"?B?", b"?q?", b"--b",
    b"--b--", b"=\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
    b"Content-Type: text/html; charset=gb2312\r\n\r\n", b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Disposition: attachment; ",
    b"filename*0*=utf-8''%E4", b"filename*1*=%BD%A0", b'name="', b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xe2\x80\xae", b"<a@b.test>", b"<script>", b"<style>", b"</style>", b"<!--", b"-->",
    b" href=\"javascript:x\"", b" style=\"background:url(//x)\"", b"<svg>", b"<blockquote type=cite>",
    b"MAIL FROM:<a@b>\r\n", b"RCPT TO:<c@d>\r\n", b"DATA\r\n", b"\r\n.\r\n", b"BDAT 2 LAST\r\n",
    b"EHLO a\r\n", b"> ", b"On x, y wrote:\n", b"-- \n", b"http://x.test/(a)",
)  # fmt: skip
