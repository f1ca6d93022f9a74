"""Every charset that mail comes in, in each transfer encoding, in the subject, the sender's name and the text."""

from collections.abc import Iterator

from ..case import Case, b64, b_word, case, lines, q_word, qp

# label -> (Python's codec, subject, name, text)
SAMPLES = {
    "us-ascii": ("ascii", "Plain words", "Ana", "Nothing but ASCII here."),
    "utf-8": ("utf-8", "Grüße 你好 🙂", "Zoë 王", "Ünïcödé — 中文、日本語、한국어、العربية、עברית 🙂"),
    "gb2312": ("gb2312", "关于下周会议的通知", "张伟", "各位同事：下周三下午三点开会，请准时参加。谢谢！"),
    "gbk": ("gbk", "關於朱镕基的文章", "王喆", "這是一段用繁體字寫的話，但是編碼是國標擴展。"),
    "gb18030": ("gb18030", "㐀㐁与𠀀", "刘洋", "四字节的汉字：𠀀𠀁𠀂，还有€和普通的汉字。"),
    "hz-gb-2312": ("hz", "新闻组的旧邮件", "李娜", "这是七位编码的汉字，互联网早期的邮件。"),
    "big5": ("big5", "會議通知", "陳小明", "各位同仁：請於星期三下午三點到會議室開會。謝謝！"),
    "big5-hkscs": ("big5hkscs", "啲嘢喺邊", "黃大文", "佢哋喺度食緊飯，你嚟唔嚟呀？"),
    "shift_jis": ("cp932", "会議のお知らせ①", "髙橋㈱", "来週の水曜日に会議を行います。ご参加ください～。"),
    "euc-jp": ("euc_jp", "会議のお知らせ", "山田太郎", "来週の水曜日に会議を行います。ご参加ください。"),
    "iso-2022-jp": ("iso2022_jp", "会議のお知らせ", "山田太郎", "来週の水曜日に会議を行います。ご参加ください。"),
    "euc-kr": ("euc_kr", "회의 안내", "박지훈", "다음 주 수요일 오후 세 시에 회의가 있습니다."),
    "ks_c_5601-1987": ("cp949", "똠방각하 펲시콜라", "김철수", "확장 완성형 글자: 똠, 펲, 햏. 감사합니다."),
    "iso-2022-kr": ("iso2022_kr", "회의 안내", "박지훈", "다음 주 수요일 오후 세 시에 회의가 있습니다."),
    "iso-8859-1": ("latin-1", "Größe geändert", "José Núñez", "Où est le garçon naïf ? Él está aquí. Straße."),
    "iso-8859-2": ("iso8859-2", "Žluťoučký kůň", "Łukasz Żak", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
    "iso-8859-3": ("iso8859-3", "Ĉiuj homoj", "Ĝoĉjo", "Eĥoŝanĝo ĉiuĵaŭde."),
    "iso-8859-4": ("iso8859-4", "Šķērsiela", "Jānis Bērziņš", "Glāžšķūņa rūķīši dzērumā čiepj."),
    "iso-8859-5": ("iso8859-5", "Расписание", "Ольга", "Съешь ещё этих мягких французских булок."),
    "iso-8859-6": ("iso8859-6", "موعد الاجتماع", "أحمد", "السلام عليكم ورحمة الله وبركاته"),
    "iso-8859-7": ("iso8859-7", "Καλημέρα", "Γιώργος", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία."),
    "iso-8859-8": ("iso8859-8", "שלום לכולם", "דוד", "דג סקרן שט בים מאוכזב ולפתע מצא חברה"),
    "iso-8859-9": ("iso8859-9", "Toplantı günü", "Şule Öztürk", "Pijamalı hasta yağız şoföre çabucak güvendi."),
    "iso-8859-10": ("iso8859-10", "Ávvil ja Ŧuođđar", "Máŋgu", "Vuol Ruoŧa geđggiid leat máŋga luosa."),
    "iso-8859-13": ("iso8859-13", "Įlinkdama fechtuotojo", "Žydrė", "Įlinkdama fechtuotojo špaga sublykčiojusi."),
    "iso-8859-14": ("iso8859-14", "Ŵyth ŷd", "Siân", "Parciais fy jac codi baw hud llawn dŵr ger tŷ Mabon."),
    "iso-8859-15": ("iso8859-15", "12 € für Œuvres", "Željko", "Le cœur coûte 12 €. Šárka píše."),
    "iso-8859-16": ("iso8859-16", "Știri și țări", "Ștefan", "Gheorghe, obezul, a reușit să obțină știri."),
    "windows-1250": ("cp1250", "Účtenka „nová“", "Žofie", "Nechť již hříšné saxofony ďáblů rozezvučí síň – „ano“."),
    "windows-1251": ("cp1251", "Отчёт за квартал", "Ирина", "Добрый день! Отправляю вам отчёт за прошлый квартал."),
    "windows-1252": ("cp1252", "It’s 5 € – “now”", "Çelik", "“Smart quotes” – and an ellipsis… cost 5 €."),
    "windows-1253": ("cp1253", "Τιμή 5 €", "Ελένη", "Το κόστος είναι 5 € – «ευχαριστώ»."),
    "windows-1254": ("cp1254", "Fatura – Ağustos", "Gökçe", "Ödemeniz “5 €” olarak alındı, teşekkürler."),
    "windows-1255": ("cp1255", "מחיר 5 ₪", "רחל", "המחיר הוא ₪5 – תודה רבה"),
    "windows-1256": ("cp1256", "صورت پنج", "پرويز", "سلام، گچ و ژاله و چراغ."),
    "windows-1257": ("cp1257", "Rēķins – 5 €", "Ģirts", "Ķīlnieks šļūca “ātri” pa ceļu."),
    "windows-1258": ("cp1258", "Đơn hàng", "Đào", "Đây là thư"),
    "koi8-r": ("koi8-r", "Старое письмо", "Николай", "В чащах юга жил бы цитрус? Да, но фальшивый экземпляр!"),
    "koi8-u": ("koi8-u", "Їжак і ґанок", "Євген", "Щастя - це їжак, який живе на ґанку."),
    "ibm866": ("cp866", "Сообщение", "Пётр", "Широкая электрификация южных губерний."),
    "tis-620": ("cp874", "สวัสดีครับ", "สมชาย", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า"),
    "macintosh": ("mac_roman", "Résumé “été”", "Zoé", "Naïve café — œuvre ƒ ∂ π."),
}  # fmt: skip
_EIGHT_BIT = ("8bit", "quoted-printable", "base64")
_ENCODERS = {"8bit": bytes, "7bit": bytes, "quoted-printable": qp, "base64": b64}
# Labels that stand for a larger set than they name, and other spellings; text that only the larger set has.
LABELS = {
    "GB2312": ("gbk", "总理朱镕基和陶喆"),
    "gb_2312-80": ("gbk", "镕字与喆字"),
    "x-gbk": ("gbk", "臺灣與镕"),
    "cp936": ("gbk", "简体中文页"),
    "MS936": ("gbk", "微软代码页"),
    "chinese": ("gbk", "中文标签"),
    "csGB2312": ("gbk", "另一个别名"),
    "GB18030": ("gb18030", "生僻字𠮷野家"),
    "Big5-ETEN": ("big5", "倚天中文") ,
    "x-x-big5": ("big5", "舊的標籤"),
    "cn-big5": ("big5", "另一個別名"),
    "cp950": ("cp950", "繁體中文頁"),
    "Shift_JIS": ("cp932", "①②③㈱㍻髙﨑"),
    "x-sjis": ("cp932", "丸数字①です"),
    "Windows-31J": ("cp932", "機種依存文字Ⅲ"),
    "MS_Kanji": ("cp932", "古いラベル"),
    "x-euc-jp": ("euc_jp", "イーユーシー"),
    "csISO2022JP": ("iso2022_jp", "別名のラベル"),
    "ISO-2022-JP": ("iso2022_jp", "大文字のラベル"),
    "EUC-KR": ("cp949", "뷁과 똠"),
    "windows-949": ("cp949", "윈도우 한글 햏"),
    "korean": ("cp949", "한국어 이름표"),
    "latin1": ("cp1252", "“curly” € – …"),
    "iso8859-1": ("cp1252", "ça coûte 5 €"),
    "ISO_8859-1:1987": ("cp1252", "señor “Núñez”"),
    "l1": ("cp1252", "über – alles"),
    "cp1252": ("cp1252", "naïve “quotes”"),
    "latin2": ("iso8859-2", "Łódź i Kraków"),
    "cyrillic": ("iso8859-5", "Привет, мир"),
    "cp1251": ("cp1251", "Привет – «мир»"),
    "win1251": ("cp1251", "Добрый вечер, друзья"),
    "koi8": ("koi8-r", "Привет всем друзьям"),
    "greek": ("iso8859-7", "Καλησπέρα σας"),
    "hebrew": ("iso8859-8", "ערב טוב"),
    "arabic": ("iso8859-6", "مساء الخير"),
    "latin5": ("cp1254", "İyi akşamlar “dost”"),
    "utf8": ("utf-8", "简短的标签"),
    "UTF_8": ("utf-8", "下划线的标签"),
    "unicode-1-1-utf-8": ("utf-8", "古老的标签"),
    "utf8mb4": ("utf-8", "数据库的标签🙂"),
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """`seed` is for families that draw bytes; this one is a product."""
    del seed
    yield from _samples()
    yield from _labels()
    yield from _wide()


def _samples() -> Iterator[Case]:
    for number, (label, (codec, subject, name, text)) in enumerate(SAMPLES.items()):
        seven_bit = text.encode(codec).isascii()
        for encoding in ("7bit", "quoted-printable", "base64") if seven_bit else _EIGHT_BIT:
            word = q_word if number % 2 else b_word
            yield case(
                f"charset {label} {encoding}",
                _ENCODERS[encoding](lines(text.encode(codec))),
                text,
                header=(
                    f"Content-Type: text/plain; charset={label}".encode(),
                    f"Content-Transfer-Encoding: {encoding}".encode(),
                ),
                subject=subject,
                raw_subject=word(label, subject.encode(codec)),
                from_=[[name, "ana@crepes.test"]],
                raw_from=word(label, name.encode(codec)) + b" <ana@crepes.test>",
            )


def _labels() -> Iterator[Case]:
    for label, (codec, text) in LABELS.items():
        name = f"label {label}".replace(":", ".")
        header = (f'Content-Type: text/plain; charset="{label}"'.encode(), b"Content-Transfer-Encoding: 8bit")
        yield case(
            name,
            lines(text.encode(codec)),
            text,
            header=header,
            subject=text,
            raw_subject=b_word(label, text.encode(codec)),
        )


def _wide() -> Iterator[Case]:
    """Two bytes a letter: base64 only."""
    for label, codec in {"utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}.items():
        text = "Breite Zeichen: 宽字符"
        header = (f"Content-Type: text/plain; charset={label}".encode(), b"Content-Transfer-Encoding: base64")
        yield case(f"charset {label} base64", b64(f"{text}\r\n".encode(codec)), text, header=header)
