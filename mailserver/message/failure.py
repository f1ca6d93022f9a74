"""Why a message was not delivered: the usual reasons, by code and by the words of servers (RFC 3463)."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """A reason that a person understands, and can do something about or not."""

    UNKNOWN = "unknown"
    MOVED = "moved"
    NO_DOMAIN = "no domain"
    NULL_MX = "null mx"
    FULL = "full"
    TOO_LARGE = "too large"
    POLICY = "policy"
    LOOP = "loop"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    REFUSED = "refused"


_HARD = frozenset({Kind.UNKNOWN, Kind.MOVED, Kind.NO_DOMAIN, Kind.NULL_MX})

# RFC 3463 §3, without the class; X.7.z is a matter of policy, whatever z is.
_BY_DETAIL = {
    "1.0": Kind.UNKNOWN,
    "1.1": Kind.UNKNOWN,
    "1.3": Kind.UNKNOWN,
    "2.1": Kind.UNKNOWN,
    "1.6": Kind.MOVED,
    "1.2": Kind.NO_DOMAIN,
    "4.4": Kind.NO_DOMAIN,
    "1.10": Kind.NULL_MX,
    "2.2": Kind.FULL,
    "2.3": Kind.TOO_LARGE,
    "3.4": Kind.TOO_LARGE,
    "3.1": Kind.BUSY,
    "4.1": Kind.UNREACHABLE,
    "4.2": Kind.UNREACHABLE,
    "4.3": Kind.UNREACHABLE,
    "4.5": Kind.BUSY,
    "4.6": Kind.LOOP,
    "4.7": Kind.EXPIRED,
}

# The first that is found in what a server said counts: the more telling ones come first.
_BY_WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        (
            Kind.FULL,
            r"(?<!unknown )quota(?! root)|mail ?box (?:is |size )?(?:full|exceed)|"
            r"mailbox.{0,40}\bfull\b|over ?quota|"
            r"storage (?:limit|space)|insufficient (?:disk )?(?:space|storage)|disk ?(?:is )?full|"
            r"too much mail data|boite.{0,20}pleine|box .{0,20}(?:is )?full|no space left|邮箱空间|"
            r"out of storage|exceeded storage|mailbox_over",
        ),
        (
            Kind.TOO_LARGE,
            r"message length|mail size|too (?:big|large)|message size|size limit|"
            r"exceeds? (?:the )?(?:maximum |fixed |administrative )?"
            r"(?:message |size)|larger than|length exceeds|size (?:exceeds|too)|maximum size",
        ),
        (
            Kind.MOVED,
            r"has (?:moved|left)|account (?:has been )?moved|no longer (?:works|employed)|new address",
        ),
        (
            Kind.UNKNOWN,
            r"(?:user|recipient|mailbox|account|address|destinataire|usuario|alias)\b.{0,40}"
            r"(?:unknown|not (?:found|exist|known|listed|valid|recognized|recognised)|"
            r"does ?n[o']t exist|n'existe)|"
            r"(?:unknown|no such|invalid|nonexistent|non-existent|bad|inactive|incorrect|unrouteable|"
            r"undeliverable|"
            r"illegal|no valid|not a valid|not our|is not (?:a )?(?:known|valid)).{0,30}"
            r"(?:user|recipient|mail ?box|address|account|person|alias|destination|customer|local part|"
            r"here)|"
            r"(?:user|mailbox|account|email account).{0,40}(?:disabled|inactive|suspended|terminated|"
            r"deleted|"
            r"unavailable|not available|closed|expired)|user[_ ]?unknown|"
            r"does ?n[o']t have an? .{0,30}account|doesn't exist|no mailbox|見つかりません|ありません|"
            r"no (?:user|one) (?:here|by)|"
            r"not (?:one of )?(?:our|known) (?:user|customer)|can(?:not|'t) find .{0,30}(?:user|account|"
            r"name)|"
            r"couldn't be found|could not be found in|name is not recognized|no longer (?:active|"
            r"available|here)|"
            r"user doesn't|user .{0,60}not found|recipient (?:address )?rejected: (?:user|unknown|"
            r"undeliverable)|"
            r"account does not exist|not a (?:local|known) user|地址不存在|用户不存在|收件人不存在|"
            r"invalid recipient|no recipients|delivery not allowed to non-local|recipient reject|"
            r"unknown local|"
            r"mailbox not found|recipnotfound|adress unknown|address rejected",
        ),
        (
            Kind.NO_DOMAIN,
            r"host (?:or domain name )?(?:unknown|not found)|unknown (?:host|domain)|domain .{0,60}"
            r"(?:not (?:found|exist)|does ?n[o']t exist|unknown)|no such (?:domain|host)|"
            r"name service error.{0,80}not found|couldn't find any host|nxdomain|domain_not|host not found|"
            r"can't find .{0,40}(?:host|domain)|illegal host|bad destination (?:host|domain|system)|"
            r"unrouteable mail domain|no (?:mx|route to host).{0,30}found|dns error|域名",
        ),
        (
            Kind.LOOP,
            r"mail loop|loops? back|too many hops|hop ?count|routing loop|loop detected|forwarding loop|"
            r"mail forwarding loop",
        ),
        (
            Kind.POLICY,
            r"spam|black ?list|block ?list|blocked|\brbl\b|dnsbl|reputation|policy|denied|virus|malware|"
            r"relay(?:ing)?\b|\bspf\b|\bdkim\b|\bdmarc\b|unsolicited|abus|prohibited|not permitted|"
            r"not authori[sz]ed|not allowed|banned|content (?:filter|reject)|rejected (?:due|as|by)|"
            r"authenticat|unacceptable|refused by|垃圾",
        ),
        (
            Kind.BUSY,
            r"too many|rate ?limit|throttl|try again later|grey ?list|busy|overload|temporar(?:y|ily)|"
            r"deferred|resources|frequency",
        ),
        (
            Kind.EXPIRED,
            r"queue too long|expired|time(?:d)? ?out|retry time|too long|"
            r"could not be delivered (?:with)?in|"
            r"not been collected",
        ),
        (
            Kind.UNREACHABLE,
            r"connection (?:refused|reset|failed|lost|timed|dropped)|unreachable|no route|not responding|"
            r"could(?:n't| not) (?:connect|establish|be contacted)|unable to connect|network",
        ),
    )
)


def kind(status: str, text: str) -> Kind:
    """Tell why, from an enhanced status code (or "") and what the server said with it."""
    detail = status.partition(".")[2]
    by_code = _BY_DETAIL.get(detail)
    if by_code in (Kind.UNKNOWN, Kind.FULL, Kind.TOO_LARGE, Kind.MOVED) and detail != "1.0":
        said = _by_words(text)
        # "5.1.1 … over quota": here, the words know better.
        return said if said is Kind.FULL else by_code
    said = _by_words(text)
    if said is not None:
        return said
    if by_code is None and detail.startswith("7."):
        return Kind.POLICY
    return by_code or Kind.REFUSED


def is_hard(why: Kind, status: str) -> bool:
    """Say whether another try can't help: the address itself is wrong, not its mailbox or the way there."""
    return why in _HARD and not status.startswith("4.2")


def _by_words(text: str) -> Kind | None:
    short = " ".join(text[:4000].split())[:2000]
    return next((kind for kind, words in _BY_WORDS if words.search(short)), None)
