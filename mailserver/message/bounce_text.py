"""A report that is words alone (qmail, Exim, Exchange, providers of mail): whom it is about, and why."""

import re
from collections.abc import Collection, Sequence

from .dsn import RecipientReport
from .failure import Kind, kind

_SPEC = (
    r"(?<![\w.+=/-])[^\s<>()\[\]\\,;:\"'@=|]{1,100}@"
    r"(?:[A-Za-z0-9_\u0080-\U0010ffff](?:[A-Za-z0-9_.\-\u0080-\U0010ffff]{0,200}[A-Za-z0-9\u0080-\U0010ffff])?)"
)
_ANY_ADDRESS = re.compile(f"({_SPEC})")
_LEADING = re.compile(
    rf"^(?:[\s>*\-|\"'(<【]|&lt;|mailto:|smtp:|rfc822;|"
    rf"[45]\d\d[ -]<?){{0,12}}({_SPEC})[>\"')\]】]{{0,3}}\s{{0,4}}(.*)$"
)
_CUED = re.compile(
    r"(?:\bto\b|\bfor\b|recipients?|user(?: ?name)?|mail ?box|address(?:e?s)?|account|rcpt to|"
    r"undelivered|failed|"
    r"destinataires?|收件人|邮件|地址|へ)(?:\W{0,6}(?:\((?:s|es)\))?\W{0,6}|.{0,30}?[:(<\"']\s{0,3})<?"
    rf"({_SPEC})",
    re.IGNORECASE,
)
_NOT_FAILED = re.compile(
    r"^\W{0,8}(?:from|sender|reply-to|return-path|mail from|date|subject|sent|message-id|in-reply-to|"
    r"contact|"
    r"received|postmaster|x-[a-z-]{1,30}|delivered|cc|content-type|envelope-from)\b|mail from|"
    r"reporting-mta|"
    r"(?:contact|write to|reach|e?-?mail(?:ed)? (?:us|from|to the)|help|questions|assistance).{0,60}@|"
    r"(?:message|mail|email|letter) (?:was |you )?(?:sent )?(?:that )?from ",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"^[ \t*\-=_#+>.]{0,80}+(?:(?:below this line is|here is|following is|this is|included (?:here )?is|"
    r"attached is)? ?"
    r"(?:a|the)? ?(?:first [\w ]{1,20} of )?"
    r"(?:copy of|original message(?! was)|original mail(?! was)|returned (?:message|mail)|"
    r"unsent message|undelivered message|"
    r"text of your message|message (?:headers?|text|body) follow|message follow|"
    r"header(?:s)? of the original|"
    r"headers? follow|begin(?:ning)? of (?:the )?(?:original|message)|"
    r"your (?:original )?message (?:headers? )?follow|"
    r"original headers?|rejected message$|unable to deliver this message|start of (?:returned|original|"
    r"message)|"
    r"message contents|non-?delivered message|failed message|原邮件内容|原始邮件|邮件原文)"
    r"(?: follows?| is| attached| begins?| below)?.{0,80}$)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADERS = re.compile(
    r"^(?:>? ?(?:Return-Path|Received|Message-ID|X-Received|DKIM-Signature|Delivered-To)|"
    r"    Received): ?\S.*\n"
    r"(?:.*\n){0,3}?[> ]{0,5}[A-Z][\w-]{1,40}:",
    re.MULTILINE | re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(
    r"(?<![\d.:\-])([45]\d\d)(?=[\s\-#(:'\"\])>,]|$)(?![\s-]?(?:bytes|octets|hours|seconds|kb|mb|days))"
)
# "550-'5.7.1 …'": what the server itself said, below what the reporter calls it.
_REPLIED = re.compile(r"\b[45]\d\d[ -]['\"]?([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_X400 = re.compile(r"\b(?:dda:)?SMTP=", re.IGNORECASE)
# "Your message / To: … / Subject: … / did not reach the following recipient(s):"
_QUOTED_HEAD = re.compile(
    r"\s*your message\b(?:.*\n){1,12}?(?=.{0,40}(?:did not reach|cannot be delivered to|"
    r"could not be delivered))|"
    r"\s*your message is being returned(?:.*\n){1,12}?(?=.{0,40}(?:did not reach|cannot be delivered))",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"warning(?: message)? only|still (?:being )?tr(?:y|ied)|(?:has|have|could) not (?:yet )?(?:been|"
    r"be) delivered.{0,20}yet|"
    r"will (?:be )?(?:retr|continue|keep|try)|(?:do|need) not (?:need to )?(?:re-?send|resubmit|retry)|"
    r"no action is required|not yet been delivered|delivery (?:attempts )?will continue|"
    r"(?:delivery|message|mail) (?:has been |is |was )?(?:delayed|deferred)|"
    r"attempts to deliver.{0,40}will continue|temporarily (?:delayed|deferred)|was deferred",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"giv(?:e|en|ing) up|permanent|(?:message|mail) (?:was|will be|has been) (?:returned|bounced|"
    r"removed|deleted)|"
    r"no longer|undeliverable|failed",
    re.IGNORECASE,
)
_OVER = re.compile(r"\bexpired\b|timeout exceeded|giving up", re.IGNORECASE)
_FAILURE = re.compile(
    r"(?:not|n't|un(?:able|successful)|never|fail|error|undeliver|return|reject|refus|bounce|problem|"
    r"denied|warning|"
    r"unknown|invalid|not? such|"
    r"\bfull\b|exceed|time-?out|timed out|expired|isn.t|delay|defer|"
    r"impossible|退信|失败|失敗|无法|退回|未能|不能|できません|"
    r"エラー|不存在|nicht|non|pas pu|erreur)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|non-?deliver|not deliver|failure|failed|returned (?:mail|message|e-?mail)|mail returned|"
    r"delivery (?:status|report|problem|error|delay|notif|subsystem)|bounce|unzustellbar|"
    r"nondeliverable|mail system error|delayed mail|could ?n.t be delivered|could not be delivered|"
    r"unable to deliver|"
    r"delivery has (?:been )?(?:failed|delayed)|warning: (?:could|message)|undelivered|mail error|"
    r"error sending|"
    r"不能送达|退信|系统退信|投递失败|送达|投递|配信|エラー|returning to sender|return(?:ing)? message|"
    r"message (?:status|rejected|not sent)|status notification|rejected|unknown user|user unknown",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:not|n't|unable to) (?:be )?(?:deliver|sent|reach)|undeliverable|delivery .{0,30}fail|"
    r"fail.{0,30}deliver|"
    r"return(?:ed|ing) to sender|automatically rejected|can ?not be delivered",
    re.IGNORECASE,
)
_DAEMONS = re.compile(
    r"^(?:mailer[-_]?daemon|postmaster|mail-?daemon|root|abuse|support|admin|administrator|helpdesk|info|"
    r"no-?reply|mdaemon|webmaster)@",
    re.IGNORECASE,
)
# "Your mail to the following recipients could not be delivered …:" and below it a name alone on each line.
_BARE_LIST = re.compile(
    r"\bfollowing (?:recipient|address|user).{0,200}(?:\n.{1,100})?:[ \t]*\n\s{0,8}"
    r"((?:[ \t]{1,8}[A-Za-z0-9][\w.+-]{0,63}[ \t]*(?:\n|$)){1,20})",
    re.IGNORECASE,
)
_MAX_LINES = 2000
_MAX_RECIPIENTS = 100
_REASON_CHARS = 1000


def split(text: str) -> tuple[str, str]:
    """Part what the reporter says from the copy of the message below it."""
    text = _X400.sub("SMTP:", text)
    if quoted := _QUOTED_HEAD.match(text):
        text = text[quoted.end() :]
    found = [match.start() for match in (_MARK.search(text), _HEADERS.search(text)) if match]
    if not found:
        return text, ""
    at = min(found)
    if not _ANY_ADDRESS.search(text, 0, at) and len(found) > 1:
        # "This is a copy of the message …" may stand above what it is about, too.
        at = max(found)
    copied = text[at:]
    begin = _HEADERS.search(copied)
    return text[:at], copied[begin.start() :] if begin else copied


def is_subject(subject: str) -> bool:
    """Say whether a subject is what reports are called."""
    return bool(_SUBJECT.search(subject))


def is_opening(text: str) -> bool:
    """Say whether a text begins with the news that something was not delivered."""
    return bool(_OPENING.search(text[:600]))


def is_status(text: str) -> bool:
    """Say whether this is an enhanced status code."""
    return bool(_STATUS.fullmatch(text))


def status_in(text: str) -> str:
    """Find the most telling enhanced status code in what was said; by the SMTP code where there is none."""
    codes = [match[1] for match in _REPLIED.finditer(text)]
    codes += [match[0] for match in _STATUS.finditer(text) if match[1] != "2"]
    special = [code for code in codes if not code.endswith(".0.0")]
    if special or codes:
        return (special or codes)[0]
    found = _CODE.search(text)
    return f"{found[1][0]}.0.0" if found else ""


def recipients(
    text: str, named: Sequence[str], own: Collection[str], subject: str, domain: str = ""
) -> list[RecipientReport]:
    """Find whom a report in words is about; `named` are those that its header names, `own` who has it.

    `domain` is the reporter's. One without an address says that none was found, though something failed.
    """
    if not _FAILURE.search(text) and not _SUBJECT.search(subject):
        return []
    lines = text.splitlines()[:_MAX_LINES]
    found = (
        list(dict.fromkeys(named))
        or _leading(lines, own)
        or _cued(lines, own)
        or _bare_names(text, domain)
        or _anywhere(lines, own)
        or _leading(lines, ())
        or _cued(lines, None)
    )
    late = bool(_DELAYED.search(text) or _DELAYED.search(subject)) and not _FINAL.search(subject)
    if not found:
        said = " ".join(text.split())[:_REASON_CHARS]
        return [_report("", said, text, late=late)]
    # What stands elsewhere may be about another one.
    rest = text if len(found) == 1 else ""
    return [_report(each, said_about(text, each, found), rest, late=late) for each in found[:_MAX_RECIPIENTS]]


def expanded_from(text: str, address: str) -> str:
    """Tell what an address was called before an alias led to it; "" where none did."""
    before = r"\((?:expanded|ultimately generated|generated) from:?\s{1,20}<?"
    found = re.search(
        rf"{re.escape(address)}>?:?\s{{0,20}}{before}({_SPEC})",
        text,
        re.IGNORECASE,
    )
    return found[1] if found else ""


def said_about(text: str, address: str, all_of_them: Collection[str] = ()) -> str:
    """Return what a report says about a recipient: from where it names it on to the next one, in one line.

    `all_of_them` are those that it is about, where that is known.
    """
    lines = text.splitlines()[:_MAX_LINES]
    wanted = address.lower()
    starts = [number for number, line in enumerate(lines) if wanted in line.lower()] if wanted else []
    if not starts:
        return " ".join(" ".join(line for line in lines if _tells(line)).split())[:_REASON_CHARS]
    leading = [
        number for number in starts if (match := _LEADING.match(lines[number])) and match[1].lower() == wanted
    ]
    first = (leading or starts)[0]
    said = [lines[first]]
    for line in lines[first + 1 : first + 30]:
        other = _LEADING.match(line)
        is_next = other and other[1].lower() != wanted
        if other and is_next and (other[1] in all_of_them or not _STATUS.search(line)):
            break
        said.append(line)
    telling = " ".join(" ".join(said).split())
    if kind(status_in(telling), telling) is Kind.REFUSED and not status_in(telling):
        telling += " " + " ".join(" ".join(line for line in lines if _tells(line)).split())
    return telling[:_REASON_CHARS]


def _tells(line: str) -> bool:
    return bool(_FAILURE.search(line) or _STATUS.search(line) or _CODE.search(line))


def _report(address: str, said: str, text: str, *, late: bool) -> RecipientReport:
    late = late and not _OVER.search(said)
    status = status_in(said) or status_in(text)
    if not status or status.endswith(".0.0"):
        status = _by_kind(kind(status, said), status or ("4" if late else ""))
    if not status:
        status = "4.0.0" if late else "5.0.0"
    original = expanded_from(text or said, address) if address else ""
    return RecipientReport(address, "delayed" if late else "failed", status, said, original_address=original)


def _by_kind(why: Kind, status: str) -> str:
    """The code for a reason that is told in words alone (RFC 3463 §3), in the class of `status`, if any.

    Out of time is the end of it, whatever stood in the way: so is what can't be reached, once it is given up.
    """
    known = {
        Kind.UNKNOWN: "5.1.1",
        Kind.MOVED: "5.1.6",
        Kind.NO_DOMAIN: "5.1.2",
        Kind.FULL: "5.2.2",
        Kind.TOO_LARGE: "5.3.4",
        Kind.POLICY: "5.7.1",
        Kind.LOOP: "5.4.6",
        Kind.EXPIRED: "5.4.7",
        Kind.UNREACHABLE: "5.4.1",
        Kind.DISABLED: "5.2.1",
    }.get(why, "")
    return (status[:1] or known[:1]) + known[1:] if known else status


def _bare_names(text: str, domain: str) -> list[str]:
    """Names without a domain in the list that a line announces: it is the reporter's."""
    found = _BARE_LIST.search(text) if domain else None
    return [f"{name}@{domain}" for name in found[1].split()] if found else []


def _leading(lines: Sequence[str], own: Collection[str]) -> list[str]:
    """Addresses that begin a line, as in most lists of those that failed."""
    found = []
    for line in lines:
        match = _LEADING.match(line)
        if match and not _NOT_FAILED.search(line) and _may_fail(match[1], own):
            found.append(match[1])
    return list(dict.fromkeys(_trimmed(found)))


def _cued(lines: Sequence[str], own: Collection[str] | None) -> list[str]:
    """Addresses after a word that announces one; with `own` None, whosever they are."""
    found = [
        match[1]
        for line in lines
        if not _NOT_FAILED.search(line)
        for match in _CUED.finditer(line[:1000])
        if own is None or _may_fail(match[1], own)
    ]
    return list(dict.fromkeys(_trimmed(found)))


def _anywhere(lines: Sequence[str], own: Collection[str]) -> list[str]:
    """The first address in a line that speaks of failure or of nothing else."""
    for line in lines:
        if _NOT_FAILED.search(line):
            continue
        for match in _ANY_ADDRESS.finditer(line[:1000]):
            if _may_fail(match[1], own):
                return _trimmed([match[1]])
    return []


def _may_fail(address: str, own: Collection[str]) -> bool:
    return address.lower().rstrip(".") not in own and not _DAEMONS.match(address)


def _trimmed(found: Sequence[str]) -> list[str]:
    return [address.rstrip(".-") for address in found]
