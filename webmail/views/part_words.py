"""Why a part of a message is shown, and how, or not, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from mailserver.message import content, parser
from mailserver.message.part import Part

from .located import Letter


def in_sight(shown: content.DisplayParts) -> set[str]:
    """The sections whose content stands on the message's page."""
    listed = set(shown.attachments)
    body = {shown.html or shown.text, *shown.more}
    return {section for section in body if section is not None} | {
        section for section in shown.inline.values() if section not in listed
    }


def why(letter: Letter, shown: content.DisplayParts, sections: Mapping[int, str], part: Part) -> str:
    """Say what became of a part."""
    section = sections[id(part)]
    if part.opaque:
        limits = parser.DEFAULT_LIMITS
        return _(
            "Kept and not looked into: a message may be %(depth)d parts deep and have %(parts)d of them."
        ) % {
            "depth": limits.depth,
            "parts": limits.parts,
        }
    if part.is_multipart:
        return _container(part)
    if part.children:
        return _("A message inside this one, shown as a file that opens.")
    return _of_leaf(letter, shown, section, part)


def _container(part: Part) -> str:
    words = {
        "alternative": _("The same content in several forms: the last one that we can show is shown."),
        "related": _("A text and what stands in it, as its pictures."),
        "signed": _("A content and the signature over it."),
        "encrypted": _("An encrypted content and how it was encrypted."),
        "report": _("A report for people and for machines."),
        "digest": _("A collection of messages."),
    }
    return words.get(part.content_type.partition("/")[2], _("Parts one after another."))


def _of_leaf(letter: Letter, shown: content.DisplayParts, section: str, part: Part) -> str:
    is_alternative = _is_alternative(letter.root, part)
    if section == shown.html:
        return (
            _("Shown: the last alternative that we can show.")
            if is_alternative
            else _("Shown: it is the body.")
        )
    if section == shown.text:
        if shown.html is not None:
            return _("Not shown: the HTML beside it says the same and more. Replies quote it.")
        return (
            _("Shown: the last alternative that we can show.")
            if is_alternative
            else _("Shown: it is the body.")
        )
    if section in shown.more:
        return _("Shown below the body: a further text.")
    if section in shown.attachments:
        return _listed(part)
    if section in shown.inline.values():
        return _("Shown inside the text, which names it by its Content-ID.")
    if is_alternative:
        return _("Not shown: another alternative was chosen.")
    return _("Not shown: it is empty.") if part.end <= part.body else _("Not shown.")


def _listed(part: Part) -> str:
    if part.disposition == "attachment":
        return _("Listed as a file: the sender calls it an attachment.")
    if part.filename:
        return _("Listed as a file: it has a name.")
    return _("Listed as a file: it is no text to read here.")


def _is_alternative(root: Part, part: Part) -> bool:
    """Whether a part stands in a multipart/alternative, itself or in what is one."""
    return any(
        each.content_type == "multipart/alternative" and any(below is part for _, below in each.walk())
        for _, each in root.walk()
    )
