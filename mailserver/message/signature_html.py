"""The signature in an HTML mail, by the marks that mail programs leave."""

import re
from collections.abc import Sequence

from . import markup
from .markup import Token

# What any mark of one holds, in small letters.
HINTS = ("signature", "fmsigseperator", "_foxfromname", "<sign")

# Outlook, Zoho and Gmail put their own before the names in what they quote: "x_", "x_123", "m_-123".
_PREFIX = r"(?:x_\d*|m_-?\d+)*"
_CLASS = re.compile(
    _PREFIX + r"(?:gmail_signature|moz-signature|protonmail_signature_block(?:-user|-proton)?|"
    r"k9mail-signature|zmail_signature(?:_below)?|yahoo-signature|ydp[0-9a-f]+(?:yahoo-)?signature|"
    r"ms-outlook-(?:mobile|ios|android)-signature|AppleMailSignature)"
)
_ID = re.compile(
    _PREFIX + r"(?:AppleMailSignature|Signature|ms-outlook-mobile-signature|_FoxFROMNAME|"
    r"protonmail_(?:mobile_)?signature_block)"
)
_ELEMENTS = frozenset(("div", "p", "pre", "section", "sign", "span", "table"))
_PREFIX_CLASS = re.compile(_PREFIX + "gmail_signature_prefix")
_BLANK = re.compile(r"(?:\s|&nbsp;|&#160;|\u200b)*")
# Tokens from a separator to the signature it announces.
_LOOK_AHEAD = 8
# More than this is no signature: some programs leave their mark around the letter itself.
_MAX_TOKENS = 1500
_MAX_TEXT = 2000


def may_begin(token: Token) -> bool:
    """Whether a signature may begin with this token."""
    return _is_element(token) or _is_separator(token)


def end(tokens: Sequence[Token], index: int) -> int:
    """The index behind the signature that begins at `index`, its separator with it; 0 when none does.

    One that shows nothing is none.
    """
    token = tokens[index]
    if _is_element(token):
        return _end_of_element(tokens, index)
    if not _is_separator(token):
        return 0
    spans = int(token.name == "span")
    for following in range(index + 1, min(index + _LOOK_AHEAD, len(tokens))):
        token = tokens[following]
        begins = _is_element(token) or (_is_foxmail_rule(tokens[index]) and token.name == "div")
        if begins and not spans:
            return _end_of_element(tokens, following)
        if spans and token.name == "span":
            spans += -1 if token.closing else 1
        elif not is_blank(token) and not (spans and token.text.strip() == "--"):
            break
    return 0


def is_blank(token: Token) -> bool:
    """Whether this token shows nothing: white space, a comment, a line break."""
    return token.name == "br" or (not token.name and _BLANK.fullmatch(token.text) is not None)


def _is_element(token: Token) -> bool:
    if token.name not in _ELEMENTS or token.closing:
        return False
    if token.name == "sign":
        return True
    if not token.attributes:
        return False
    given = markup.attributes(token)
    return any(map(_CLASS.fullmatch, given.get("class", "").split())) or bool(
        _ID.fullmatch(given.get("id", ""))
    )


def _is_separator(token: Token) -> bool:
    """The line "-- " or what stands for it."""
    if token.text:
        return len(token.text) < 20 and token.text.strip() == "--"
    if token.name == "span" and not token.closing and "signature_prefix" in token.attributes:
        return any(map(_PREFIX_CLASS.fullmatch, markup.attributes(token).get("class", "").split()))
    return _is_foxmail_rule(token)


def _is_foxmail_rule(token: Token) -> bool:
    return token.name == "hr" and markup.attributes(token).get("id", "") == "FMSigSeperator"


def _end_of_element(tokens: Sequence[Token], index: int) -> int:
    name, depth, length, shown = tokens[index].name, 0, 0, False
    for position in range(index, min(index + _MAX_TOKENS, len(tokens))):
        token = tokens[position]
        length += len(token.text.strip())
        if length > _MAX_TEXT:
            break
        shown = shown or token.name == "img" or not (token.name or is_blank(token))
        if token.name == name:
            depth += -1 if token.closing else 1
        if depth == 0:
            return position + 1 if shown else 0
    return 0
