"""What senders are called in choices about them: an address in its one spelling, or @ and a domain."""

from itertools import islice

import idna

from mailserver.message.address import AddressError, normalise, normalise_domain

_MOST_DOMAINS = 5
# Where anybody may have an address: to block all of it is hardly ever meant.
_SHARED = frozenset(
    (
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com"),
        *("icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "fastmail.com", "zoho.com"),
        *("gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru", "naver.com", "qq.com", "foxmail.com"),
        *("163.com", "126.com", "yeah.net", "sina.com", "sohu.com", "139.com", "189.cn", "aliyun.com"),
    )
)


def read(text: str) -> str:
    """Name what a person typed: an address, or a domain with or without @; raises AddressError."""
    typed = text.strip().removeprefix("*")
    local, _, domain = typed.rpartition("@")
    if local:
        return normalise(typed)
    name = normalise_domain(domain)
    if "." not in name:
        raise AddressError("a whole top-level domain is too much")
    return f"@{name}"


def of_address(spec: str) -> str:
    """Name who a message is from; "" for what is no address."""
    try:
        return normalise(spec)
    except AddressError:
        return ""


def covering(sender: str) -> list[str]:
    """Names that a choice about this sender may go by, the most particular first: it, its domains upwards."""
    domain = sender.rpartition("@")[2]
    labels = domain.split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
    own = [] if sender.startswith("@") else [sender]
    return [*own, *(f"@{name}" for name in islice(domains, _MOST_DOMAINS))] if sender else []


def is_domain(sender: str) -> bool:
    """Tell whether all senders of a domain are meant."""
    return sender.startswith("@")


def spellings(sender: str) -> list[str]:
    """Write a sender as messages may: the domain in A-labels, and in its own script."""
    local, _, domain = sender.rpartition("@")
    try:
        shown = idna.decode(domain)
    except idna.IDNAError:
        return [sender]
    return list(dict.fromkeys((sender, f"{local}@{shown}")))


def shares_domain(sender: str) -> bool:
    """Tell whether all the world may have an address in the domain of this one."""
    return sender.rpartition("@")[2] in _SHARED
