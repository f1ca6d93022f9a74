"""Replies as mail programs write them: what is new in them, in seven languages."""

from collections.abc import Iterator

from ..case import Case, case

_OWN = {
    "en": "Thanks, that works for me.",
    "zh": "好的，没有问题。",
    "tw": "好的，沒有問題。",
    "de": "Danke, das passt mir.",
    "fr": "Merci, cela me convient.",
    "es": "Gracias, me parece bien.",
    "ja": "了解しました。",
}
_OLD = {
    "en": "Shall we meet on Friday?",
    "zh": "我们星期五见面好吗？",
    "tw": "我們星期五見面好嗎？",
    "de": "Treffen wir uns am Freitag?",
    "fr": "On se voit vendredi ?",
    "es": "¿Nos vemos el viernes?",
    "ja": "金曜日にお会いできますか。",
}
_QUOTED = "> {old}\n> Bo"
_GMAIL = {
    "en": "On Fri, Nov 6, 2026 at 9:30 AM Bo Li <bo@harbour.test> wrote:",
    "zh": "Bo Li <bo@harbour.test> 于2026年11月6日周五 09:30写道：",
    "tw": "Bo Li <bo@harbour.test> 於 2026年11月6日 週五 上午9:30寫道：",
    "de": "Am Fr., 6. Nov. 2026 um 09:30 Uhr schrieb Bo Li <bo@harbour.test>:",
    "fr": "Le ven. 6 nov. 2026 à 09:30, Bo Li <bo@harbour.test> a écrit :",
    "es": "El vie, 6 nov 2026 a las 9:30, Bo Li (<bo@harbour.test>) escribió:",
    "ja": "2026年11月6日(金) 9:30 Bo Li <bo@harbour.test>:",
}
_APPLE = {
    "en": "On 6 Nov 2026, at 09:30, Bo Li <bo@harbour.test> wrote:",
    "zh": "在 2026年11月6日，09:30，Bo Li <bo@harbour.test> 写道：",
    "tw": "Bo Li <bo@harbour.test> 於 2026年11月6日 上午9:30 寫道：",
    "de": "Am 06.11.2026 um 09:30 schrieb Bo Li <bo@harbour.test>:",
    "fr": "Le 6 nov. 2026 à 09:30, Bo Li <bo@harbour.test> a écrit :",
    "es": "El 6 nov 2026, a las 9:30, Bo Li <bo@harbour.test> escribió:",
    "ja": "2026/11/06 9:30、Bo Li <bo@harbour.test>のメール:",
}
_THUNDERBIRD = {
    "en": "On 06/11/2026 09:30, Bo Li wrote:",
    "zh": "在 2026/11/6 9:30, Bo Li 写道:",
    "tw": "Bo Li 於 2026/11/6 上午 09:30 寫道:",
    "de": "Am 06.11.26 um 09:30 schrieb Bo Li:",
    "fr": "Le 06/11/2026 à 09:30, Bo Li a écrit :",
    "es": "El 6/11/26 a las 9:30, Bo Li escribió:",
    "ja": "On 2026/11/06 9:30, Bo Li wrote:",
}
_OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"),
    "zh": ("发件人", "发送时间", "收件人", "主题"),
    "tw": ("寄件者", "寄件日期", "收件者", "主旨"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
}
_RULES = {
    "outlook": "-----{}-----",
    "old outlook": "________________________________",
}
_ORIGINAL = {
    "en": "Original Message",
    "zh": "邮件原件",
    "tw": "原始郵件",
    "de": "Ursprüngliche Nachricht",
    "fr": "Message d'origine",
    "es": "Mensaje original",
    "ja": "元のメッセージ",
}
# Programs of China, each in its own way.
_CHINA = {
    "qq mail": (
        "------------------&nbsp;原始邮件&nbsp;------------------\n发件人: \"Bo\" <bo@harbour.test>;\n"
        "发送时间:&nbsp;2026年11月6日(星期五) 上午9:30\n收件人:&nbsp;\"Ana\"<ana@crepes.test>;\n\n主题:&nbsp;午饭\n\n{old}"
    ).replace("&nbsp;", " "),
    "foxmail": "发件人： Bo Li\n发送时间： 2026-11-06 09:30\n收件人： Ana Ruiz\n主题： 午饭\n{old}",
    "163 mail": "在 2026-11-06 09:30:00，\"Bo Li\" <bo@harbour.test> 写道：\n\n> {old}",
    "163 mail unquoted": "在 2026-11-06 09:30:00，\"Bo Li\" <bo@harbour.test> 写道：\n\n{old}",
    "netease master": "---- 回复的原邮件 ----\n发件人 Bo Li<bo@harbour.test>\n日期 2026年11月06日 09:30\n收件人 Ana Ruiz\n主题 午饭\n{old}",
    "netease before": "-------- 转发邮件信息 --------\n发件人：\"Bo Li\" <bo@harbour.test>\n发送日期：2026-11-06 09:30:00\n收件人：ana@crepes.test\n主题：午饭\n{old}",
    "aliyun": "------------------------------------------------------------------\n发件人：Bo Li <bo@harbour.test>\n发送时间：2026年11月6日(星期五) 09:30\n收件人：Ana <ana@crepes.test>\n主　题：午饭\n\n{old}",
    "coremail": "-----原始邮件-----\n发件人:\"Bo Li\" <bo@harbour.test>\n发送时间:2026-11-06 09:30:00 (星期五)\n收件人: ana@crepes.test\n主题: 午饭\n\n{old}",
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """Programs times languages: a reply above, in plain text."""
    del seed
    for language in _OWN:
        quoted = _QUOTED.format(old=_OLD[language])
        for program, lines in (("gmail", _GMAIL), ("apple mail", _APPLE), ("thunderbird", _THUNDERBIRD)):
            yield _reply(f"{program} {language}", language, f"{lines[language]}\n\n{quoted}")
            if program != "thunderbird":
                first, _, rest = lines[language].partition(" <")
                if rest and language in ("en", "de", "fr", "es"):
                    yield _reply(f"{program} {language} wrapped", language, f"{first}\n<{rest}\n\n{quoted}")
        block = _block(language)
        yield _reply(f"outlook {language}", language, f"{'-' * 5}{_ORIGINAL[language]}{'-' * 5}\n{block}")
        yield _reply(f"outlook line {language}", language, f"{'_' * 32}\n{block}")
        yield _reply(f"outlook without a line {language}", language, block)
        yield _reply(f"quoted only {language}", language, quoted)
    for program, quoted in _CHINA.items():
        yield _reply(program, "zh", quoted.format(old=_OLD["zh"]), forwarded="转发" in quoted)
    yield from _others()


def _block(language: str) -> str:
    sender, sent, to, subject = _OUTLOOK[language]
    colon = " :" if language == "fr" else ":"
    return (
        f"{sender}{colon} Bo Li <bo@harbour.test>\n{sent}{colon} 2026-11-06 09:30\n"
        f"{to}{colon} Ana Ruiz <ana@crepes.test>\n{subject}{colon} Lunch\n\n{_OLD[language]}"
    )


def _reply(name: str, language: str, quoted: str, forwarded: bool = False) -> Case:
    text = f"{_OWN[language]}\n\n{quoted}"
    return case(f"reply {name}", text.encode(), text, own=text if forwarded else _OWN[language])


def _others() -> Iterator[Case]:
    between = "> one\n\nfirst answer\n\n> two\n\nsecond answer"
    yield case("reply between the lines", between.encode(), between, own="first answer\n\nsecond answer")
    below = "On Friday, Bo wrote:\n> one\n> two\n\nanswer below"
    yield case("reply below", below.encode(), below, own="answer below")
    only = "> nothing of my own"
    yield case("reply all quote", only.encode(), only, own=only)
    forward = "Look at this.\n\n---------- Forwarded message ---------\nFrom: Bo <bo@harbour.test>\nDate: Fri\nSubject: Lunch\nTo: Ana\n\nShall we?"
    yield case("forward by gmail", forward.encode(), forward, own=forward)
    apple = (
        "Look.\n\nBegin forwarded message:\n\nFrom: Bo\nSubject: Lunch\nDate: Friday\nTo: Ana\n\nShall we?"
    )
    yield case("forward by apple mail", apple.encode(), apple, own=apple)
    prose = "He wrote:\nI don't mind.\n\nFrom: here you see the sea."
    yield case("prose that looks like a quote", prose.encode(), prose, own=prose)
    colon = "Ana wrote:\nthe list is\nFrom: me\nand so on"
    yield case("a from line in prose", colon.encode(), colon, own=colon)
    signed = "Thanks!\n-- \nAna Ruiz\nCrepes Ltd"
    yield case("a signature", signed.encode(), signed)
