"""The table of preferences: each with its section, its kind, its choices and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import time_zones

type Words = Any  # a text that is translated when it is written
type Choices = Sequence[tuple[str | int, Words]]

UNDO_SECONDS = (0, 5, 10, 20, 30)
SECTIONS: dict[str, Words] = {
    "you": _("You"),
    "look": _("Look"),
    "list": _("List"),
    "reading": _("Reading"),
    "writing": _("Writing"),
    "language": _("Language and time"),
    "keys": _("Keys"),
    "automatic": _("Rules and answers"),
    "senders": _("Senders"),
    "data": _("Your data"),
    "device": _("This device"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One preference. `kind` says how it is drawn: text, choice, switch or zone."""

    name: str
    section: str
    kind: str
    label: Words
    help: Words
    also: Words = ""
    """Other words that it is found by."""
    choices: Choices = ()

    def field(self) -> forms.Field:
        """Make the field that reads and checks what was chosen."""
        words = {"label": self.label, "help_text": self.help, "required": False}
        match self.kind:
            case "text":
                return forms.CharField(max_length=200, **words)
            case "switch":
                return forms.BooleanField(**words)
            case "zone":
                return ZoneField(**words)
        values = {value for value, _name in self.choices}
        read = int if 0 in values else str
        words["required"] = "" not in values
        return forms.TypedChoiceField(coerce=read, choices=self.choices, **words)


@dataclass(frozen=True, slots=True)
class Page:
    """Settings that have a page of their own."""

    route: str
    section: str
    label: Words
    help: Words


class ZoneField(forms.CharField):
    """The name of a time zone, or of a place that has one; empty for the browser's."""

    def clean(self, value: Any) -> str:
        """Write the name as the database has it."""
        typed = super().clean(value)
        found = time_zones.find(typed) if typed else ""
        if found is None:
            raise forms.ValidationError(
                _("There is no such time zone. Try the name of a large city near you.")
            )
        return found


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "name",
            "you",
            "text",
            _("Your name"),
            _("People see it beside your address."),
            _("sender, display name"),
        ),
        Setting(
            "theme",
            "look",
            "choice",
            _("Theme"),
            _("Light, dark, or as your system is at the moment."),
            _("dark mode, night, colours, appearance"),
            (("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))),
        ),
        Setting(
            "density",
            "look",
            "choice",
            _("Density"),
            _("How much room the lines of lists take on a wide screen."),
            _("spacing, height, size, small, large"),
            (("comfortable", _("Comfortable")), ("cosy", _("Cosy")), ("compact", _("Compact"))),
        ),
        Setting(
            "conversation_view",
            "list",
            "switch",
            _("Conversations"),
            _("Answers stand together with what they answer; without it, each message has its own line."),
            _("threads, group, flat list"),
        ),
        Setting(
            "show_snippets",
            "list",
            "switch",
            _("Previews"),
            _("How a message begins stands beside its subject."),
            _("snippets, first words"),
        ),
        Setting(
            "reading_pane",
            "list",
            "choice",
            _("Reading pane"),
            _("Where an opened conversation is shown on a wide screen."),
            _("split, columns, preview"),
            (("off", _("In place of the list")), ("right", _("On the right")), ("below", _("Below"))),
        ),
        Setting(
            "sorts_by_detail",
            "list",
            "switch",
            _("Sort by what follows a +"),
            _(
                "Mail to you+shopping@ goes into your label Shopping, if you have one,"
                " and not into the Inbox."
            ),
            _("subaddress, plus address, detail, tag"),
        ),
        Setting(
            "auto_advance",
            "reading",
            "choice",
            _("After archiving or deleting"),
            _("What follows the one that was open. As it fits: the list, or another one beside it."),
            _("auto-advance, next, previous"),
            (
                ("", _("As it fits")),
                ("older", _("The older one")),
                ("newer", _("The newer one")),
                ("list", _("The list")),
            ),
        ),
        Setting(
            "remote_pictures",
            "reading",
            "choice",
            _("Pictures in messages"),
            _("Our server fetches them, so no sender learns where you are. In spam only on request."),
            _("images, remote content, privacy, trackers"),
            (("ask", _("Ask first")), ("always", _("Always show"))),
        ),
        Setting(
            "default_reply",
            "writing",
            "choice",
            _("The first answer offered"),
            _("Which button comes first; the keys r and a stay as they are."),
            _("default reply"),
            (("reply", _("Reply")), ("reply_all", _("Reply all"))),
        ),
        Setting(
            "undo_send_seconds",
            "writing",
            "choice",
            _("Undo sending for"),
            _("So long a sent message is held back, and can be taken back."),
            _("unsend, recall, cancel, delay"),
            tuple((n, format_lazy(_("{n} s"), n=n) if n else _("Off")) for n in UNDO_SECONDS),
        ),
        Setting(
            "language",
            "language",
            "choice",
            _("Language"),
            _("Of the pages; mail stays as it was written."),
            _("translation"),
            (("", _("As the browser")), *settings.LANGUAGES),
        ),
        Setting(
            "time_zone",
            "language",
            "zone",
            _("Time zone"),
            _("Type the name of a large city near you; empty is as the browser says."),
            _("clock, region"),
        ),
        Setting(
            "keyboard_shortcuts",
            "keys",
            "switch",
            _("Keyboard shortcuts"),
            _("Single keys act: e archives, c composes, ? shows them all."),
            _("hotkeys"),
        ),
    )
}
PAGES = (
    Page(
        "security",
        "you",
        _("Security"),
        _("Password, second step, passkeys, app passwords, where you are signed in, and every log-in."),
    ),
    Page(
        "programs",
        "you",
        _("Mail programs"),
        _("What to type into Thunderbird, Outlook or a phone, and a profile for Apple devices."),
    ),
    Page(
        "identities",
        "writing",
        _("Signatures and addresses"),
        _("Your name, signature and reply address for each address that you write from."),
    ),
    Page("templates", "writing", _("Templates"), _("Texts that you write often, to be put into messages.")),
    Page("keys", "keys", _("Choose your own keys"), _("Give each action the key that you want.")),
    Page(
        "data",
        "data",
        _("Import and export"),
        _("Bring mail in from elsewhere, or take everything with you."),
    ),
    Page("rules", "automatic", _("Rules"), _("What is done with mail as it comes, as filters do.")),
    Page("vacation", "automatic", _("Vacation"), _("Who writes to you while you are away gets an answer.")),
    Page(
        "forwarding",
        "automatic",
        _("Forwarding"),
        _("Mail goes on to another address of yours, all or some."),
    ),
    Page("senders", "senders", _("Senders"), _("Who is blocked, and whose pictures are always shown.")),
    Page(
        "rejected",
        "senders",
        _("Refused mail"),
        _("You expect a message that doesn’t come? What the server refused this week stands here."),
    ),
    Page("device", "device", _("This device"), _("Mail without a network, notices of new mail.")),
    Page(
        "spam",
        "senders",
        _("Spam filter"),
        _("What it learnt from you, and whether it sorts mail."),
    ),
)


class SettingsForm(forms.Form):
    """Some of the preferences, read from what a page sent."""

    def __init__(self, names: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: SETTINGS[name].field() for name in names}


@cache
def words(name: str) -> str:
    """Every word that a setting is found by, in every language."""
    setting = SETTINGS[name]
    texts = [setting.label, setting.help, setting.also, SECTIONS[setting.section]]
    texts += [choice for _value, choice in setting.choices]
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found += [str(text) for text in texts]
    return " ".join(dict.fromkeys(found)).lower()
