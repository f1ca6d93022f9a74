"""Bodies: transfer encodings, charsets, which parts to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import charset, content, flowed, parser, transfer

CHINESE = "下午好，我们明天在北京开会，请大家准时参加。谢谢！"
TRADITIONAL = "下午好，我們明天在臺北開會，請大家準時參加。謝謝！"
JAPANESE = "お世話になっております。明日の会議は東京で行います。"
KOREAN = "안녕하세요, 내일 회의는 서울에서 합니다. 감사합니다."
RUSSIAN = "Здравствуйте, завтра встреча в Москве. Спасибо!"
FRENCH = "Déjà vu à l’hôtel, ça coûte 5 €"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (CHINESE, "gb18030", "gb2312"),
        (CHINESE + "镕", "gbk", "GB2312"),
        (CHINESE, "utf-8", "gb2312"),
        (CHINESE, "gbk", "utf-8"),
        (CHINESE, "gbk", "iso-8859-1"),
        (CHINESE, "gbk", ""),
        (CHINESE, "hz", "hz-gb-2312"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "big5", ""),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (JAPANESE, "iso2022_jp", "us-ascii"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "cp932", ""),
        (JAPANESE, "euc_jp", ""),
        ("①㈱" + JAPANESE, "cp932", "x-sjis"),
        (KOREAN, "cp949", "ks_c_5601-1987"),
        (KOREAN, "cp949", ""),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "koi8-r", ""),
        (RUSSIAN, "cp1251", ""),
        (RUSSIAN, "utf-8", "us-ascii"),
        (FRENCH, "cp1252", "iso-8859-1"),
        (FRENCH, "cp1252", "utf-8"),
        (FRENCH, "utf-8", "iso-8859-1"),
        ("łódź", "iso8859-2", "iso-8859-2"),
        ("你好", "utf-16", "utf-16"),
        ("plain", "ascii", "utf-16"),
    ],
)
def test_charsets(text: str, codec: str, label: str) -> None:
    assert charset.decode(text.encode(codec), label) == text


def test_utf7_is_never_read() -> None:
    assert charset.codecs_of("utf-7") == ()
    assert charset.decode(b"+ADw-script+AD4-", "utf-7") == "+ADw-script+AD4-"


def test_a_cut_character_on_each_line_keeps_the_charset_that_was_named() -> None:
    lines = "".join(f"{CHINESE[start : start + 9]}\n" for start in range(12)).encode("gbk")
    assert CHINESE[:9] in charset.decode(lines.replace(b"\n", b"\xc4\n"), "gb2312")


def test_dashes_between_words_are_not_korean() -> None:
    text = "the war\u2014a long one\u2014and peace\u2013maybe \u2013 ended\u2026now\u2026then\u2014"
    assert charset.decode(text.encode("cp1252"), "windows-1252") == text


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    assert charset.decode(CHINESE.encode("gbk") + b"\xff", "gbk") == CHINESE + "\ufffd"
    assert charset.decode(CHINESE.encode()[:-1], "utf-8") == CHINESE[:-1] + "\ufffd"


@given(
    st.binary(max_size=200), st.sampled_from(["", "utf-8", "gbk", "big5", "iso-2022-jp", "hz", "x", "utf-16"])
)
def test_charset_never_raises(data: bytes, label: str) -> None:
    assert isinstance(charset.decode(data, label), str)


@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit"]))
def test_transfer_never_raises(data: bytes, encoding: str) -> None:
    transfer.decode(data, encoding)


@pytest.mark.parametrize(
    ("data", "decoded"),
    [
        (b"aGVsbG8=", b"hello"),
        (b"aGVs\r\nbG8", b"hello"),
        (b"aGVs!!bG8=\r\n", b"hello"),
        (b"aGVsbG8=\r\naGVsbG8=\r\n", b"hellohello"),
        (b"aGVs\r\n____________\r\nList <a@x.test>\r\n", b"hel"),
        (b"", b""),
    ],
)
def test_base64(data: bytes, decoded: bytes) -> None:
    assert transfer.base64(data) == decoded


def test_uuencode() -> None:
    assert transfer.uuencode(b"hi\nbegin 644 a.txt\n#0V%T\n`\nend\n") == b"Cat"
    assert transfer.uuencode(b"no begin") == b"no begin"


def test_flowed_lines_are_joined_by_depth() -> None:
    text = "> a \n> b\nc \nd\n \n-- \nsig"
    assert flowed.unflow(text) == "> a b\nc d\n\n-- \nsig"
    assert flowed.unflow("你 \n好", delsp=True) == "你好"


def test_text_of_a_flowed_part() -> None:
    raw = b"Content-Type: text/plain; format=flowed\r\n\r\none \r\ntwo\r\n"
    assert content.text(raw, parser.parse(raw)) == "one two\n"


def test_html_charset_from_meta() -> None:
    raw = b"Content-Type: text/html\n\n<meta charset=gbk>" + "你".encode("gbk")
    assert content.text(raw, parser.parse(raw)).endswith("你")


def mail(kind: str, *parts: str) -> bytes:
    body = "".join(f"--b\r\n{each}\r\n" for each in parts)
    return f"Content-Type: {kind}; boundary=b\r\n\r\n{body}--b--\r\n".encode()


TEXT = "Content-Type: text/plain\r\n\r\nhello"
HTML = 'Content-Type: text/html\r\n\r\n<p>hello <img src="cid:P%40x">'
PICTURE = "Content-Type: image/png; name=p.png\r\nContent-ID: <p@x>\r\n\r\nx"
OTHER = "Content-Type: image/png; name=q.png\r\nContent-ID: <q@x>\r\n\r\nx"
FILE = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx"


def shown(raw: bytes) -> content.DisplayParts:
    return content.display_parts(raw, parser.parse(raw))


def test_display_of_a_single_text() -> None:
    assert shown(TEXT.encode()) == content.DisplayParts("1", None, (), {})


def test_display_of_alternatives_and_a_file() -> None:
    alternative = (
        mail("multipart/alternative", TEXT, HTML).decode().replace("=b\r", "=i\r").replace("--b", "--i")
    )
    found = shown(mail("multipart/mixed", alternative, FILE))
    assert (found.text, found.html, found.attachments) == ("1.1", "1.2", ("2",))


def test_only_pictures_the_html_shows_are_hidden_from_the_list() -> None:
    found = shown(mail("multipart/related", HTML, PICTURE, OTHER))
    assert (found.html, found.attachments) == ("1", ("3",))
    assert found.inline == {"p@x": "2", "q@x": "3"}


def test_further_texts_are_shown_below() -> None:
    found = shown(mail("multipart/mixed", TEXT, FILE, TEXT))
    assert (found.text, found.attachments, found.more) == ("1", ("2",), ("3",))


def test_a_named_text_is_a_file() -> None:
    named = "Content-Type: text/plain; name=notes.txt\r\n\r\nx"
    assert shown(mail("multipart/mixed", TEXT, named)).attachments == ("2",)


def test_a_forwarded_message_is_an_attachment() -> None:
    message = "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ninside"
    found = shown(mail("multipart/mixed", TEXT, message))
    assert (found.text, found.attachments) == ("1", ("2",))


@pytest.mark.parametrize(
    "field",
    [
        'Content-Disposition: attachment; filename="=?gb2312?B?1tDOxC5kb2M=?="',
        "Content-Disposition: attachment; filename*=gb2312''%D6%D0%CE%C4.doc",
        "Content-Disposition: attachment; filename*0*=utf-8''%E4%B8%AD; filename*1*=%E6%96%87; filename*2=.doc",  # noqa: E501
        "Content-Disposition: attachment; filename*0*=utf-8''%E4%B8; filename*1*=%AD%E6%96%87.doc",
        'Content-Disposition: attachment; filename="=?utf-8?B?5Lit?=\r\n =?utf-8?B?5paHLmRvYw==?="',
        "Content-Disposition: attachment; filename==?utf-8?B?5Lit5paHLmRvYw==?=",
        'Content-Disposition: attachment; filename="中文.doc"',
        'Content-Type: application/msword; name="=?utf-8?Q?=E4=B8=AD=E6=96=87.doc?="',
    ],
)
def test_attachment_names_in_chinese(field: str) -> None:
    assert parser.parse(f"{field}\r\n\r\nx".encode()).filename == "中文.doc"
