"""What people fill in."""

from collections.abc import Collection
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

LABEL_COLORS = (
    ("red", _("Red")),
    ("orange", _("Orange")),
    ("amber", _("Amber")),
    ("green", _("Green")),
    ("teal", _("Teal")),
    ("blue", _("Blue")),
    ("violet", _("Violet")),
    ("pink", _("Pink")),
    ("grey", _("Grey")),
)
UNDO_SECONDS = (0, 5, 10, 20, 30)


class SignInForm(forms.Form):
    """An address and a password."""

    address = forms.CharField(max_length=320, label=_("E-mail address"))
    password = forms.CharField(max_length=4096, strip=False, label=_("Password"))

    def refuse(self) -> None:
        """Say that these don't belong together, and not which of them is wrong."""
        self.add_error(None, _("This address and password don’t match."))

    def refuse_for_now(self) -> None:
        """Say that too many tries were made."""
        self.add_error(None, _("Too many tries. Please try again later."))


class LabelForm(forms.Form):
    """A label's name, its levels parted by /, and its colour."""

    path = forms.CharField(max_length=200, label=_("Name"))
    color = forms.ChoiceField(choices=LABEL_COLORS, initial="grey", label=_("Colour"))

    def __init__(self, *args: Any, taken: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = taken

    def clean_path(self) -> str:
        """Tidy the levels, and refuse a name that is taken."""
        levels = [level.strip() for level in self.cleaned_data["path"].split("/")]
        if not all(levels):
            raise forms.ValidationError(_("Each level between two / needs a name."))
        path = "/".join(levels)
        if path.casefold() in self._taken:
            raise forms.ValidationError(_("You have a mailbox of this name already."))
        return path


class SettingsForm(forms.Form):
    """A person's preferences."""

    name = forms.CharField(max_length=200, required=False, label=_("Your name"))
    signature = forms.CharField(max_length=5000, required=False, label=_("Signature"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    time_zone = forms.ChoiceField(required=False, label=_("Time zone"))
    theme = forms.ChoiceField(
        choices=[("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))], label=_("Theme")
    )
    undo_send_seconds = forms.TypedChoiceField(
        coerce=int,
        choices=[(seconds, seconds) for seconds in UNDO_SECONDS],
        label=_("Undo sending for"),
    )
    keyboard_shortcuts = forms.BooleanField(required=False, label=_("Keyboard shortcuts"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As the browser")), *settings.LANGUAGES]
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        self.fields["time_zone"].choices = [("", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]
