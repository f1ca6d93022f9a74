"""Texts whose charset is told wrongly, not at all, or by a word that nobody knows."""

from collections.abc import Iterator

from ..case import Case, b_word, case, lines

_CHINESE = "各位同事：下周三下午三点在二楼会议室开会，请大家准时参加，并带上上个月的工作总结。谢谢！"
_TAIWAN = "各位同仁：下星期三下午三點在二樓會議室開會，請大家準時參加，並帶上個月的工作總結。謝謝！"
_JAPANESE = "お世話になっております。来週の水曜日の午後三時から会議を行いますので、ご出席をお願いします。"
_KOREAN = "안녕하세요. 다음 주 수요일 오후 세 시에 회의실에서 회의가 있으니 꼭 참석해 주시기 바랍니다."
_RUSSIAN = "Добрый день! Напоминаем вам, что в среду в три часа дня состоится общее собрание."
_FRENCH = (
    "Bonjour, la réunion aura lieu mercredi à quinze heures. Merci d’être à l’heure – à bientôt, Hélène."
)
_GERMAN = "Schöne Grüße aus München, wir hören uns später. Größere Änderungen folgen."

_UNKNOWN = ("", "unknown-8bit", "x-unknown", "default", "x-user-defined-nonsense", "charset", "utf-7", "none")
_TEXTS = {
    "gbk": _CHINESE,
    "big5": _TAIWAN,
    "cp932": _JAPANESE,
    "euc_jp": _JAPANESE,
    "cp949": _KOREAN,
    "koi8-r": _RUSSIAN,
    "cp1251": _RUSSIAN,
    "cp1252": _FRENCH,
    "utf-8": _CHINESE + _RUSSIAN,
}
_TOLD_LATIN = ("us-ascii", "iso-8859-1", "windows-1252")


def cases(seed: int) -> Iterator[Case]:
    """A product of texts and labels, and some by hand."""
    del seed
    for codec, text in _TEXTS.items():
        for label in _UNKNOWN[:3]:
            yield _case(f"unlabelled {codec} {label or 'nothing'}", label, text.encode(codec), text)
        for label in _TOLD_LATIN:
            yield _case(f"{codec} told {label}", label, text.encode(codec), text)
    for label in _UNKNOWN[3:]:
        yield _case(f"unlabelled utf-8 {label}", label, _GERMAN.encode(), _GERMAN)
    for label in (
        "gb2312",
        "big5",
        "shift_jis",
        "euc-kr",
        "koi8-r",
        "iso-8859-2",
        "windows-1251",
        "iso-8859-15",
    ):
        yield _case(f"utf-8 told {label}", label, _CHINESE.encode(), _CHINESE)
    for codec in ("gbk", "cp1252", "cp1251", "big5"):
        yield _case(f"{codec} told utf-8", "utf-8", _TEXTS[codec].encode(codec), _TEXTS[codec])
    yield from _by_hand()


def _case(name: str, label: str, data: bytes, text: str) -> Case:
    header = b"Content-Type: text/plain" + (f"; charset={label}".encode() if label else b"")
    return case(name, lines(data), text, header=(header, b"Content-Transfer-Encoding: 8bit"))


def _by_hand() -> Iterator[Case]:
    yield _case(
        "utf-8 with a lone latin letter",
        "utf-8",
        "Grüße an René".encode()[:-2] + b"\xe9 und alle",
        "Grüße an René und alle",
    )
    yield _case(
        "utf-8 with lone bytes and no label",
        "",
        "你好，世界。caf".encode() + b"\xe9 \xe0 la carte",
        "你好，世界。café à la carte",
    )
    yield _case("utf-8 cut in a character", "utf-8", "最后一个字被切断".encode()[:-1], "最后一个字被切\ufffd")
    yield _case("utf-8 with a byte order mark", "utf-8", b"\xef\xbb\xbfhello", "hello")
    yield _case("a zero byte in the text", "utf-8", b"be\x00fore", "before")
    yield _case(
        "iso-2022-jp without a label", "", "会議のお知らせです。".encode("iso2022_jp"), "会議のお知らせです。"
    )
    yield _case(
        "iso-2022-jp told utf-8", "utf-8", "会議のお知らせです。".encode("iso2022_jp"), "会議のお知らせです。"
    )
    yield _case(
        "iso-2022-jp with vendor characters",
        "iso-2022-jp",
        b"\x1b$B-!-\x22-j\x1b(B and \x1b$B|b66\x1b(B",
        "①②㈱ and 髙橋",
    )
    yield _case("iso-2022-jp with half width kana", "iso-2022-jp", b"\x1b(I6@5\x1b(B.", "ｶﾀｵ.")
    yield _case("iso-2022-jp never switched back", "iso-2022-jp", b"\x1b$B2q5D", "会議")
    yield _case(
        "wave dash as the world has it", "iso-2022-jp", "10時〜12時".encode("iso2022_jp"), "10時～12時"
    )
    yield _case("a Latin label for a C1 euro", "iso-8859-1", b"5 \x80", "5 €")
    yield _case("charset in capitals and quotes", '"UTF-8"', _GERMAN.encode(), _GERMAN)
    yield _case("charset with a comment", "utf-8 (Unicode)", _GERMAN.encode(), _GERMAN)
    yield case(
        "subject in one charset and text in another",
        lines(_CHINESE.encode("gbk")),
        _CHINESE,
        header=(b"Content-Type: text/plain; charset=gb2312", b"Content-Transfer-Encoding: 8bit"),
        subject="Schöne Grüße",
        raw_subject=b_word("utf-8", "Schöne Grüße".encode()),
    )
    html = "<html><head><meta http-equiv='Content-Type' content='text/html; charset={}'></head><body>{}</body></html>"
    for label, codec, text in (
        ("gb2312", "gbk", _CHINESE),
        ("koi8-r", "koi8-r", _RUSSIAN),
        ("iso-8859-2", "iso8859-2", "Příliš žluťoučký kůň"),
        ("shift_jis", "cp932", _JAPANESE),
    ):
        for told in ("", "us-ascii", "x-unknown"):
            header = b"Content-Type: text/html" + (f"; charset={told}".encode() if told else b"")
            yield case(
                f"meta says {label} and the header {told or 'nothing'}",
                html.format(label, text).encode(codec),
                text,
                header=(header, b"Content-Transfer-Encoding: 8bit"),
                structure="text/html",
            )
