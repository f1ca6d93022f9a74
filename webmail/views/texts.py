"""Texts of a message as its reader wants them: in the charset once chosen for the sender, where one was."""

from mailserver.message import charset, content, guess, reading
from mailserver.message.part import Part
from webmail.store import queries, readings


def text(account_id: int, message: queries.ConversationMessage, raw: bytes, part: Part) -> str:
    """Read a text part of a stored message, or of a message inside it."""
    data = content.decoded(raw, part)
    if not reading.needs_charset(data):
        return content.decoded_text(data, part)
    return how(account_id, message, data, part).text


def how(account_id: int, message: queries.ConversationMessage, data: bytes, part: Part) -> reading.Reading:
    """Read the decoded body of a text part, and say how; one statement, and only where charsets matter."""
    chosen = choice(account_id, message, data, part)
    if chosen and (chosen.message_id == message.id or _fits(data, chosen.charset)):
        return reading.read_as(data, part, chosen.charset)
    return reading.read(data, part)


def choice(
    account_id: int, message: queries.ConversationMessage, data: bytes, part: Part
) -> readings.Choice | None:
    """What was chosen for the sender's mail that declares what this part does."""
    return readings.choice(account_id, message.from_address, reading.declared_charset(data, part))


def _fits(data: bytes, label: str) -> bool:
    """Whether bytes of a later message can be in the chosen charset: what is UTF-8 stays UTF-8."""
    if guess.utf8(data) is not None and not data.isascii():
        return False
    wrong = sum(data.decode(codec, "replace").count("\ufffd") for codec in charset.codecs_of(label)[:1])
    return wrong <= len(data) // 100


def tree(account_id: int, message: queries.ConversationMessage, raw: bytes) -> Part:
    """The tree of a message with the chosen charsets in place of the declared ones, for who quotes it."""
    return _chosen(account_id, message, raw, message.part)


def _chosen(account_id: int, message: queries.ConversationMessage, raw: bytes, part: Part) -> Part:
    if part.children:
        return part._replace(
            children=tuple(_chosen(account_id, message, raw, child) for child in part.children)
        )
    if not part.content_type.startswith("text/"):
        return part
    data = content.decoded(raw, part)
    if not reading.needs_charset(data):
        return part
    read = how(account_id, message, data, part)
    return (
        part._replace(parameters={**part.parameters, "charset": read.charset})
        if read.reason == "chosen"
        else part
    )
