"""text/enriched and text/richtext as plain text (RFC 1896, RFC 1341 §7.1.3)."""

import re

TYPES = ("text/enriched", "text/richtext")

_PARAM = re.compile(r"<param>[^<]*+(?:</param>)?", re.IGNORECASE)
_COMMAND = re.compile(r"<<|<(/?[a-zA-Z0-9-]{1,60})>")
_LINE_ENDS = re.compile(r"\n+")


def to_text(text: str) -> str:
    """Without commands; a single line end is a space, of several one goes."""
    text = _LINE_ENDS.sub(lambda match: match[0][1:] or " ", _PARAM.sub("", text))
    return _COMMAND.sub(_command, text)


def _command(match: re.Match[str]) -> str:
    if match[0] == "<<":
        return "<"
    return "\n" if match[1].lower() in ("nl", "np", "/paragraph") else ""
