"""Where quotes and the signature of a mail begin, in the styles of many programs and languages."""

import re
from typing import NamedTuple

from .flowed import SIGNATURE

_MAX_LINE = 400
_MAX_ATTRIBUTION = 3
_MAX_SIGNATURE = 20
# Without its space the mark may mean something else.
_CUT_SIGNATURE = SIGNATURE.rstrip()
_MAX_CUT_SIGNATURE = 12
_MAX_CUT_LINE = 80
# Marks with no signature below: for each, all these lines are looked at in vain.
_MAX_FALSE_MARKS = 50
# "On Monday, Ana <a@x> wrote:", "Am … schrieb Ana:", "在 … 写道：", "2026年…、Ana のメール:"
_ATTRIBUTION = re.compile(
    r"(?:\bwrote|\bwrites|\bschrieb\b.*|\ba écrit|\bescribió|\bha scritto|\bescreveu|"
    r"\bskrev\b.*|\bnapisał\(a\)|\bschreef\b.*|\bпишет|\bписал\(?а?\)?|写道|寫道|写了|"
    r"のメール|書きました|さんは書きました|님이 작성)\s*[:：]\s*\Z"
    # Gmail in Japanese: a date, a name, an address.
    r"|\A\s*\d{4}年\d{1,2}月\d{1,2}日.{0,200}<[^<>@\s]+@[^<>\s]+>[:：]\s*\Z",
    re.IGNORECASE,
)
_ATTRIBUTION_BEGINS = re.compile(
    r"\s*(?:On|Am|Le|El|Il|Em|Den|Op|W dniu|在|于|\d{4}[-/年]|[\"“]?[^\s:]{1,60}[\"”]? ?<[^>]+>)",
    re.IGNORECASE,
)
_FULL_ATTRIBUTION = re.compile(r"\s*(?:On|At|在|于)\s?[^<>]*?\d{4}[^<>]*?<[^<>@\s]+@[^<>\s]+>", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s*(?:[-_=]{2,}\s*(?:Original Message|Original Appointment|Ursprüngliche Nachricht|Original-Nachricht|"
    r"Message d'origine|Mensaje original|Messaggio originale|Mensagem original|Oorspronkelijk bericht|"
    r"Oprindelig meddelelse|Исходное сообщение|"
    r"原始邮件|原始郵件|原始信息|邮件原件|回复的原邮件|回复的邮件|原邮件|"
    r"元のメッセージ|원본 메시지)\s*[-_=]{2,}"
    r"|_{20,}|-{20,})\s*\Z",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s*[-_=]{2,}\s*(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|"
    r"Messaggio inoltrato|转发邮件|转发的邮件|轉寄郵件|轉寄的郵件|転送メッセージ|전달된 메시지)|"
    r"\s*(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht)\s*:",
    re.IGNORECASE,
)
_SEPARATOR_BEGINS = ("--", "__", "==", "-_", "- ")
_BEGINNINGS = frozenset(">-_=")
_FROM = re.compile(
    r"[\s*>]*(?:From|Von|De|Da|Van|Från|Fra|发件人|寄件者|寄件人|差出人|보낸 사람|От)\*?\s*[:：]",
    re.IGNORECASE,
)
_OTHER_FIELD = re.compile(
    r"[\s*>]*(?:Sent|Date|To|Subject|Cc|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado|Para|Asunto|Inviato|A|"
    r"Oggetto|Verzonden|Aan|Onderwerp|发送时间|发送日期|日期|时间|收件人|主题|抄送|寄件日期|收件者|主旨|送信日時|宛先|件名|"
    r"보낸 날짜|받는 사람|제목|Дата|Кому|Тема)\*?\s*[:：]",
    re.IGNORECASE,
)


class Segment(NamedTuple):
    """Lines that belong together: written by the sender, or `quoted` by him and his signature."""

    quoted: bool
    lines: list[str]


def is_attribution(line: str) -> bool:
    """Whether `line` announces a quote: "On … wrote:"."""
    return (
        line.rstrip().endswith((":", "："))
        and len(line) < _MAX_LINE
        and _ATTRIBUTION.search(line) is not None
    )


def is_separator(line: str) -> bool:
    """Whether `line` is a rule like "-----Original Message-----"."""
    return line.lstrip()[:2] in _SEPARATOR_BEGINS and len(line) < _MAX_LINE and bool(_SEPARATOR.match(line))


def is_forward(line: str) -> bool:
    """Whether `line` announces a forwarded message: that is what the mail is about, and no quote."""
    return len(line) < _MAX_LINE and bool(_FORWARD.match(line))


def is_header_block(lines: list[str]) -> bool:
    """Whether these lines begin with a block of fields as Outlook and QQ Mail put over what they quote."""
    beginning = lines[0][:40]
    if not (":" in beginning or "：" in beginning) or not _FROM.match(beginning):
        return False
    fields = sum(1 for line in lines[1:6] if _OTHER_FIELD.match(line[:_MAX_LINE]))
    return fields >= 2


def split(text: str) -> list[Segment]:
    """`text` in segments. A separator or a block of fields quotes all that follows it.

    A signature (RFC 3676 §4.3) under own words ends at the next quote or at the end.
    """
    lines = text.split("\n")
    segments: list[Segment] = []
    last_marked = max((number for number, line in enumerate(lines) if line.startswith(">")), default=-1)
    plain = _Plain(lines)
    position = 0
    own_words = False
    false_marks = 0
    while position < len(lines):
        if (end := plain.end(position)) > position:
            own_words = _append_plain(segments, lines[position:end]) or own_words
            position = end
            continue
        if is_forward(lines[position]):
            _append(segments, False, lines[position:])
            break
        length = _quote_length(lines, position, last_marked)
        if not length and own_words and false_marks < _MAX_FALSE_MARKS and _is_mark(lines[position]):
            length = _signature_length(lines, position, last_marked)
            false_marks += not length
        own_words = own_words or not (length or lines[position].strip() in ("", _CUT_SIGNATURE))
        _append(segments, bool(length), lines[position : position + (length or 1)])
        position += length or 1
    return segments


class _Plain:
    """Finds lines at which nothing can begin, so that most of a letter is not looked at line by line."""

    def __init__(self, lines: list[str]) -> None:
        self.telling = [number for number, line in enumerate(lines) if _tells(line)]
        self.telling.append(len(lines) + _MAX_ATTRIBUTION - 1)
        self.next = 0

    def end(self, position: int) -> int:
        """Where the plain lines end that begin at `position`, which only grows from one call to the next."""
        while self.telling[self.next] < position:
            self.next += 1
        return max(position, self.telling[self.next] - _MAX_ATTRIBUTION + 1)


def _tells(line: str) -> bool:
    """Whether something may begin at `line`, or an attribution end."""
    return ":" in line or "：" in line or line.lstrip()[:1] in _BEGINNINGS


def _append_plain(segments: list[Segment], lines: list[str]) -> bool:
    """Append lines of the sender's own; what is empty behind a quote belongs to it.

    Tell whether one says something.
    """
    blank = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    for some in (lines[:blank], lines[blank:]):
        if some:
            _append(segments, False, some)
    return blank < len(lines)


def visible(text: str) -> str:
    """What the sender wrote himself; all of it when there is nothing else."""
    own = "\n".join("\n".join(segment.lines) for segment in split(text) if not segment.quoted)
    return own if own.strip() else text


def _quote_length(lines: list[str], position: int, last_marked: int) -> int:
    """Lines of a quote from here on, all of them when it is not marked line by line; else 0."""
    if _quotes_the_rest(lines, position) or (position > last_marked and _announces_the_rest(lines, position)):
        return len(lines) - position
    return _attribution_length(lines, position) or int(lines[position].startswith(">"))


def _is_mark(line: str) -> bool:
    return line in (SIGNATURE, _CUT_SIGNATURE)


def _signature_length(lines: list[str], position: int, last_marked: int) -> int:
    """Lines of the signature below the mark at `position`, the mark with them; 0 when it is none."""
    cut = lines[position] == _CUT_SIGNATURE
    end = min(position + 1 + (_MAX_CUT_SIGNATURE if cut else _MAX_SIGNATURE), len(lines))
    after = position + 1
    while after < len(lines):
        if is_forward(lines[after]) or _quote_length(lines, after, last_marked):
            break
        if after == end or (cut and len(lines[after]) > _MAX_CUT_LINE):
            return 0
        after += 1
    shown = any(line.strip() for line in lines[position + 1 : after])
    return after - position if shown else 0


def _quotes_the_rest(lines: list[str], position: int) -> bool:
    line = lines[position]
    if is_header_block(lines[position : position + 6]):
        return True
    if not is_separator(line):
        return False
    following = [line for line in lines[position + 1 : position + 5] if line.strip()]
    return line.strip().strip("_-") != "" or is_header_block([*following, ""])


def _announces_the_rest(lines: list[str], position: int) -> bool:
    """An attribution with date and address; some programs mark no line of what they quote."""
    line = lines[position]
    if not is_attribution(line) or not _FULL_ATTRIBUTION.match(line):
        return False
    return any(following.strip() for following in lines[position + 1 :])


def _attribution_length(lines: list[str], position: int) -> int:
    """Lines taken by an attribution and the gap after it, when a quote follows; else 0."""
    for length, line in enumerate(lines[position : position + _MAX_ATTRIBUTION], 1):
        if not line.rstrip().endswith((":", "：")):
            continue
        joined = " ".join(lines[position : position + length])
        if is_attribution(joined) and (length == 1 or _ATTRIBUTION_BEGINS.match(joined)):
            break
    else:
        return 0
    after = position + length
    while after < len(lines) and not lines[after].strip() and after < position + length + 2:
        after += 1
    quote_follows = after < len(lines) and lines[after].startswith(">")
    return after - position if quote_follows else 0


def _append(segments: list[Segment], quoted: bool, lines: list[str]) -> None:
    gap_after_quote = bool(segments) and segments[-1].quoted and not any(line.strip() for line in lines)
    if segments and (segments[-1].quoted == quoted or gap_after_quote):
        segments[-1].lines.extend(lines)
    else:
        segments.append(Segment(quoted, list(lines)))
