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
    NOT_ENCRYPTED = "not encrypted"
    DISABLED = "disabled"


_HARD = frozenset({Kind.UNKNOWN, Kind.MOVED, Kind.NO_DOMAIN, Kind.NULL_MX})

# RFC 3463 §3, without the class; X.7.z is a matter of policy, whatever z is.
_BY_DETAIL = {
    "1.0": Kind.UNKNOWN,
    "1.1": Kind.UNKNOWN,
    "1.3": Kind.UNKNOWN,
    "2.1": Kind.DISABLED,
    "7.13": Kind.DISABLED,
    "1.6": Kind.MOVED,
    # What is wrong with the sender is no word about the recipient.
    "1.7": Kind.POLICY,
    "1.8": Kind.POLICY,
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
    "7.10": Kind.NOT_ENCRYPTED,
    "7.30": Kind.NOT_ENCRYPTED,
}

# SPF, DKIM, DMARC, reverse names (RFC 7372, RFC 7505).
_AUTHENTICITY = re.compile(r"7\.2\d")
_CERTAIN = frozenset({Kind.UNKNOWN, Kind.FULL, Kind.TOO_LARGE, Kind.MOVED, Kind.POLICY, Kind.NO_DOMAIN})
_OVERRULING = frozenset({Kind.FULL, Kind.BUSY, Kind.TOO_LARGE})
_ACCEPTS_NOTHING = "5.3.2"  # RFC 7504
_VAGUE = frozenset({"1.0", "4.4"})

# How Postfix begins whatever it says of a recipient, and others after it.
_FORMULA = re.compile(
    r"\b(?:recipient address|helo command|data command) rejected: (?!access denied)(?=\S)", re.IGNORECASE
)

# The first that is found in what a server said counts: the more telling ones come first.
_BY_WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        (
            Kind.NULL_MX,
            r"indicated no smtp service|null ?mx|(?:domain|host) does(?: not|n't) accept (?:any )?mail",
        ),
        (
            Kind.BUSY,
            r"frequency limited|mail at a rate|rate ?limit|too many (?:connections|messages(?! [oi]n)|"
            r"mails(?! [oi]n)|recipients this)|(?:daily|hourly|sending|relay) .{0,20}(?:quota|limit)",
        ),
        (
            Kind.FULL,
            r"(?<!unknown )quota(?! root)|mail ?(?:box|folder) (?:is |size )?(?:limit )?(?:full|exceed)|"
            r"(?:exceed|over).{0,30}disk space|too many (?:messages|mails) (?:on|in)|"
            r"mailbox.{0,40}\bfull\b|over ?quota|"
            r"storage (?:limit|space)|insufficient (?:disk )?(?:space|storage)|disk ?(?:is )?full|"
            r"too much mail data|boite.{0,20}pleine|box .{0,20}(?:is )?full|no space left|邮箱空间|"
            r"out of storage|exceeded storage|mailbox_over",
        ),
        (
            Kind.TOO_LARGE,
            r"message length|mail size|(?<!headers )too (?:big|large)|line limit|message size|size limit|"
            r"exceeds? (?:the )?(?:maximum |fixed |administrative )?"
            r"(?:message |size)|larger than|length exceeds|size (?:exceeds|too)|maximum size",
        ),
        (
            Kind.MOVED,
            r"has (?:moved|left)|account (?:has been )?moved|no longer (?:works|employed)|new address",
        ),
        (
            Kind.POLICY,
            r"sender (?:address )?(?:rejected|refused|denied|verify)|domain of sender|after mail from|"
            r"\[mail_from\]|in reply to mail from",
        ),
        (
            Kind.DISABLED,
            r"(?:user|recipient|mailbox|account|compte)\b.{0,50}\b(?:disabled|inactive|suspended|deactivated|"
            r"locked|discontinued|frozen|not active|is blocked|bloque)|"
            r"\b(?:disabled|inactive|suspended|deactivated) (?:recipient|user|mailbox|account)|"
            r"(?:casilla|cuenta|conta|buz[oó]n)\b.{0,30}(?:expirad|suspendid|desactivad|bloquead)",
        ),
        (Kind.NO_DOMAIN, r"\bhost unknown\b|no such domain|name or service not known"),
        (
            Kind.UNKNOWN,
            r"(?:user|recipient|mailbox|account|address|destinataire|usuario|alias)\b.{0,40}"
            r"(?:unknown|not (?:found|exist|known|listed|valid|recognized|recognised)|"
            r"does ?n[o']t exist|n'existe)|"
            r"(?:unknown|no such|invalid|nonexistent|non-existent|bad|incorrect|unrouteable|"
            r"undeliverable|"
            r"illegal|no valid|not a valid|not our|is not (?:a )?(?:known|valid)).{0,30}"
            r"(?:user|recipient|mail ?box|address|account|person|alias|destination|customer|local part|"
            r"here)|"
            r"(?:user|mailbox|account|email account).{0,40}(?:terminated|deleted|"
            r"unavailable|not available|closed|expired)|user[_ ]?unknown|"
            r"does ?n[o']t have an? .{0,30}account|doesn't exist|no mailbox|見つかりません|ありません|"
            r"no (?:user|one) (?:here|by)|"
            r"not (?:one of )?(?:our|known) (?:user|customer)|can(?:not|'t) find .{0,30}(?:user|account|"
            r"name)|"
            r"couldn't be found|could not be found in|name is not recognized|no longer (?:active|"
            r"available|here)|"
            r"user doesn't|user .{0,60}not found|recipient (?:address )?rejected: (?:user|unknown|"
            r"undeliverable)|"
            r"no mail ?box (?:available|here|by)|(?:destinat[aá]rio|usu[aá]rio) (?:desconocido|inexistente)|"
            r"not our customer|account does not exist|not a (?:local|known) user|"
            r"地址不存在|用户不存在|收件人不存在|"
            r"invalid recipient|no recipients|delivery not allowed to non-local|recipient reject|"
            r"unknown local|"
            r"mailbox not found|recipnotfound|adress unknown|recipient address rejected",
        ),
        (
            Kind.UNREACHABLE,
            r"host (?:name )?(?:not found, try again|lookup failure|name lookup failure)|"
            r"(?:malformed|unexpected)[\w ]{0,20} name server reply|name service error.{0,80}try again|"
            r"temporary (?:failure|error) in name|network error",
        ),
        (
            Kind.NO_DOMAIN,
            r"host (?:or domain name )?(?:unknown|not found)|host [\w.-]{1,80} not found|"
            r"unknown (?:host|domain)|domain is not reachable|"
            r"(?<![@\w.-])(?:[\w-]{1,63}\.){1,5}[a-z]{2,20} does(?: not|n't) exist|"
            r"domain .{0,60}(?:not (?:found|exist)|does ?n[o']t exist|unknown)|no such (?:domain|host)|"
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
            r"authenticat|unacceptable|(?<!connection )refused by|垃圾|\bptr\b|reverse dns|"
            r"\brdns\b|name lookup failed|client host rejected|"
            r"(?:message|mail|name was) rejected|rejet|protocol violation|forbidden|"
            r"not verified|unverif|complaint|invalid (?:ip|domain name)|mismatches client|"
            r"not accepting connections|service refus|messages? from .{0,40} weren't sent|headers too large",
        ),
        (
            Kind.EXPIRED,
            r"queue too long|expired|time(?:d)? ?out|retry time|too long|"
            r"could not be delivered (?:with)?in|"
            r"not been collected|giving up|multiple retries|failing for a long time|could not deliver for|"
            r"delivery failed \d+ attempts|continue trying for|will be retried",
        ),
        (
            Kind.BUSY,
            r"too many|rate ?limit|throttl|try again later|grey ?list|busy|overload|temporar(?:y|ily)|"
            r"deferred|resources|frequency",
        ),
        (
            Kind.UNREACHABLE,
            r"connection (?:refused|reset|failed|lost|timed|dropped)|unreachable|no route|not responding|"
            r"not reachable|did not accept our requests to connect|"
            r"could(?:n't| not) (?:connect|establish|be contacted)|unable to connect|network",
        ),
        (Kind.POLICY, r"\brejected\b"),
    )
)


def kind(status: str, text: str) -> Kind:
    """Tell why, from an enhanced status code (or "") and what the server said with it."""
    detail = status.partition(".")[2]
    by_code = _BY_DETAIL.get(detail)
    said = _by_words(text)
    if by_code is Kind.NOT_ENCRYPTED:
        return by_code
    if said is Kind.NULL_MX or status == _ACCEPTS_NOTHING:
        return Kind.NULL_MX
    if _AUTHENTICITY.fullmatch(detail):
        return Kind.POLICY
    if by_code in _CERTAIN and detail not in _VAGUE:
        # "5.1.1 … over quota": here, the words know better.
        return said if said in _OVERRULING else by_code
    if said is None or (by_code is Kind.EXPIRED and said in _HARD):
        # Nobody tries for days whom he knows to be unknown.
        return by_code or (Kind.POLICY if detail.startswith("7.") else Kind.REFUSED)
    return said


def is_hard(why: Kind, status: str) -> bool:
    """Say whether another try can't help: the address itself is wrong, not its mailbox or the way there."""
    return why in _HARD and not status.startswith("4.2")


def _by_words(text: str) -> Kind | None:
    short = _FORMULA.sub("", " ".join(text[:4000].split())[:2000])
    return next((kind for kind, words in _BY_WORDS if words.search(short)), None)
