"""What the composer says and offers, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mailserver.message import html
from webmail.delivery.submit import Problem, SubmitError
from webmail.models import Account
from webmail.store import queries

from .letter_post import LetterError


@dataclass(frozen=True, slots=True)
class Tool:
    """A button over the text: a format that is on or off, or an action.

    `keys` are the editor's own; a `hint` names the action in static/js/keys/registry.js, which knows its key.
    """

    icon: str
    label: str
    format: str = ""
    action: str = ""
    keys: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """An address to write as, and the signature that goes with it."""

    spec: str
    label: str
    signature: str
    signature_text: str


def identities(account: Account, chosen: str) -> list[Sender]:
    """The account's own address first, then its others, with the one chosen, which may have a detail."""
    found = queries.sending_addresses(account)
    if chosen not in {each.address for each in found}:
        found.append(queries.sending_address(account, chosen))
    return [
        Sender(
            each.address,
            f"{each.name} <{each.address}>" if each.name else each.address,
            each.signature_html,
            html.to_text(each.signature_html) if each.signature_html else "",
        )
        for each in found
    ]


def text_tools() -> list[Tool]:
    """The tools of a text that has no files."""
    return [tool for tool in tools() if tool.action != "picture"]


def tools() -> list[Tool]:
    """The formatting buttons in order."""
    return [
        Tool("bold", _("Bold"), "bold", keys="Ctrl+B"),
        Tool("italic", _("Italic"), "italic", keys="Ctrl+I"),
        Tool("underline", _("Underline"), "underline", keys="Ctrl+U"),
        Tool("strike", _("Strikethrough"), "strike"),
        Tool("list", _("Bulleted list"), "bullets", hint="bullets"),
        Tool("list-numbered", _("Numbered list"), "numbers", hint="numbers"),
        Tool("quote", _("Quote"), "quote", hint="quote"),
        Tool("link", _("Link"), action="link", hint="link"),
        Tool("image", _("Picture"), action="picture"),
        Tool("clear-format", _("Clear formatting"), action="clear"),
    ]


def texts() -> dict[str, str]:
    """What the composer's scripts say."""
    return {
        "newMessage": _("New message"),
        "remove": _("Remove"),
        "use": _("Use %(address)s") % {"address": "{address}"},
        "saving": _("Saving…"),
        "saved": _("Saved"),
        "unsaved": _("Not saved, trying again…"),
        "signedOut": _("You are signed out. Your text stays here, and is saved when you have signed in."),
        "signIn": _("Sign in"),
        "keptDraft": _("Draft saved"),
        "discarded": _("Draft discarded"),
        "undo": _("Undo"),
        "keepCopy": _("Keep mine as a new draft"),
        "keptBeside": _("Your version is kept as another draft."),
        "openNewer": _("Open the newer one"),
        "uploadFailed": _("A file could not be uploaded. Remove it or try again."),
        "uploading": _("Waiting for the files to be uploaded, then it is sent…"),
        "tooLarge": _("“{name}” would make the message too large."),
        "noRecipient": _("Add at least one recipient."),
        "wrongAddress": _("“{address}” is not a valid address."),
        "sendingAgain": _("The server can’t be reached. Trying again…"),
        "notSent": _("Not sent. Please try again: it goes only once."),
        "sendingIn": _("Sending in {seconds} s"),
        "sent": _("Sent"),
        "reminds": _("Reminder {days}"),
        "undone": _("Sending undone"),
        "tooLate": _("Too late: it is already on its way."),
    }


def problem(error: SubmitError) -> LetterError:
    """Say why a letter was not sent."""
    wrong = error.addresses[0] if error.addresses else ""
    words = {
        Problem.NO_RECIPIENTS: _("Add at least one recipient."),
        Problem.BAD_ADDRESS: _("“%(address)s” is not a valid address.") % {"address": wrong},
        Problem.TOO_MANY_RECIPIENTS: _("These are more recipients than one message may have."),
        Problem.TOO_LARGE: _("The message is too large. Send some of the files as links."),
        Problem.NOT_YOUR_ADDRESS: _("You can’t send from this address."),
        Problem.TOO_MUCH_TODAY: _("You have sent as much as you may in a day. Please try again later."),
    }
    return LetterError(words[error.problem], wrong)
