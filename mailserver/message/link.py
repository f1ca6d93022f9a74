"""Where a link leads, told so that nobody is deceived: by the host, in letters that look like no others."""

import re
import unicodedata
from urllib.parse import urlsplit

import idna

# What a link's text may say about its target: an address, whole or from its host on, and nothing else.
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp)://|www\.)?(?:[^\s/@?#]+@)?(?P<host>(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,24})\.?(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_NOISE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\s]+")
_EDGES = "<>()[]{}\"'“”‘’«».,;:!?…→»›·*"
# Words with a dot in them that are no hosts, unless a scheme or www stands before.
_FILES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|png|jpe?g|gif|txt|html?|csv|py|js|md|mp[34]|ics|exe)\Z", re.I
)
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gov", "net", "or", "org", "ne", "gob", "nom"))
# Letters of other scripts that are taken for Latin ones.
_LOOKALIKES = frozenset("аеорсухіјѕԁһӏԛԝвнкмтгпьёїαοινυρκτϲօսցոհ")
_TOGETHER = (
    frozenset(("LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA")),
    frozenset(("LATIN", "CJK", "BOPOMOFO")),
    frozenset(("LATIN", "CJK", "HANGUL")),
)


def deceives(text: str, url: str) -> str | None:
    """The host `url` leads to when `text` names another one; None when the link is honest or names none."""
    said = said_host(text)
    if said is None:
        return None
    target = host(url)
    if target is None or _belongs(said, target):
        return None
    return shown_host(target)


def said_host(text: str) -> str | None:
    """The host that the text of a link names, in A-labels; None when it is no address."""
    text = unicodedata.normalize("NFKC", _NOISE.sub(" ", text)).strip().strip(_EDGES).strip()
    if len(text) > 2000:
        return None
    found = _ADDRESS.fullmatch(text)
    is_mail = "://" not in text and "@" in text.partition("/")[0]
    if found is None or is_mail:
        return None
    plain = "://" not in text and not text.lower().startswith("www.")
    if plain and (_FILES.search(found["host"]) or not _is_top_level(found["host"])):
        return None
    return _ascii(found["host"])


def host(url: str) -> str | None:
    """The host of a web address in A-labels; None when it has none."""
    if url[:5].lower() not in ("http:", "https"):
        return None
    try:
        # As browsers read it: a backslash is a slash, and any number of them begins the host.
        name = urlsplit(re.sub(r"\A(https?:)[/\\]*", r"\1//", url.replace("\\", "/"), flags=re.I)).hostname
    except ValueError:
        return None
    return _ascii(name) if name else None


def shown_host(name: str) -> str:
    """A host as a person may read it: in its own letters where these can't be taken for others."""
    try:
        labels = [idna.decode(label) if label.startswith("xn--") else label for label in name.split(".")]
    except idna.IDNAError:
        return name
    return ".".join(labels) if all(map(_is_clear, labels)) else name


def _is_clear(label: str) -> bool:
    """Whether all letters of `label` are of one script, or of some that are written together."""
    letters = [letter for letter in label if letter.isalpha()]
    scripts = {unicodedata.name(letter, "?").split(" ")[0] for letter in letters}
    if len(scripts) > 1:
        return any(scripts <= together for together in _TOGETHER)
    return not (letters and all(letter in _LOOKALIKES for letter in letters))


def _belongs(said: str, target: str) -> bool:
    """Whether both are hosts of one owner, as far as their names tell."""
    return _owner(said) == _owner(target)


def _owner(name: str) -> str:
    labels = name.removeprefix("www.").split(".")
    count = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-count:])


def _is_top_level(name: str) -> bool:
    """Whether a bare "words.with" can be a host: else "e.g" and "Node.js" were one."""
    labels = name.lower().split(".")
    known = (
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "info",
        "io",
        "app",
        "dev",
        "shop",
        "xyz",
        "biz",
        "online",
        "test",
    )
    return labels[-1] in known or (len(labels[-1]) == 2 and len(labels) > 1 and len(labels[-2]) > 1)


def _ascii(name: str) -> str:
    name = name.lower().rstrip(".")
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name.encode("punycode").decode("ascii", "replace")
