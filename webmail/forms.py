"""What people fill in."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from webmail.models import Shown
from webmail.store.queries import MailboxRow

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
MAX_LEVEL = 200
TOO_MANY = _("Too many tries. Please try again later.")
# Marks of direction.
_TURNS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_REFUSED = {
    "name": _("Each level between two / needs a name that can be read."),
    "exists": _("You have a mailbox of this name already."),
    "long": _("This name is too long, with those above it."),
    "cycle": _("A label can’t stand under itself."),
    "full": _("There are too many labels. Delete one first."),
}
_ACTION = re.compile(r"[a-z]{1,20}(-[a-z]{1,20}){0,4}")
_LONGEST_KEY, _MOST_KEYS = 40, 200


class SignInForm(forms.Form):
    """An address and a password."""

    address = forms.CharField(max_length=320, label=_("E-mail address"))
    password = forms.CharField(max_length=4096, strip=False, label=_("Password"))

    def refuse(self) -> None:
        """Say that these don't belong together, and not which of them is wrong."""
        self.add_error(None, _("This address and password don’t match."))

    def refuse_for_now(self) -> None:
        """Say that too many tries were made."""
        self.add_error(None, TOO_MANY)


class IdentityForm(forms.Form):
    """How one writes from an address; the signature as HTML, or as text where there are no scripts."""

    address = forms.CharField(max_length=320, required=False, label=_("Address"))
    name = forms.CharField(max_length=200, required=False, label=_("Name"))
    reply_to = forms.CharField(max_length=320, required=False, label=_("Answers go to"))
    signature_html = forms.CharField(max_length=50_000, required=False)
    signature = forms.CharField(max_length=5000, required=False, label=_("Signature"))
    is_default = forms.BooleanField(required=False, label=_("Write from this address at first"))


class TemplateForm(forms.Form):
    """A text for letters; as HTML, or as text where there are no scripts."""

    name = forms.CharField(max_length=100, label=_("Name"))
    subject = forms.CharField(max_length=998, required=False, label=_("Subject"))
    html = forms.CharField(max_length=200_000, required=False)
    text = forms.CharField(max_length=5000, required=False)


class LabelForm(forms.Form):
    """A label: its name, where / nests it, the label it stands under, its colour, when it is shown."""

    path = forms.CharField(max_length=1000, label=_("Name"))
    parent = forms.ChoiceField(required=False, label=_("Nest under"))
    color = forms.ChoiceField(choices=LABEL_COLORS, initial="grey", label=_("Colour"))
    shown = forms.ChoiceField(
        required=False,
        choices=[
            (Shown.ALWAYS.value, _("Show")),
            (Shown.UNREAD.value, _("Show if unread")),
            (Shown.NEVER.value, _("Hide")),
        ],
        initial=Shown.ALWAYS.value,
        label=_("In the sidebar"),
    )

    def __init__(self, *args: Any, above: Collection[MailboxRow] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._above = {str(row.id): row.path for row in above}
        self.fields["parent"].choices = [("", _("No label")), *self._above.items()]

    @property
    def full_path(self) -> str:
        """Its path from the top."""
        above = self._above.get(self.cleaned_data["parent"], "")
        return f"{above}/{self.cleaned_data['path']}" if above else self.cleaned_data["path"]

    def clean_path(self) -> str:
        """Take out what can't be seen and turns words about, as pasted names have it; refuse long levels."""
        path = self.cleaned_data["path"].translate(_TURNS)
        if any(len(level.strip()) > MAX_LEVEL for level in path.split("/")):
            raise forms.ValidationError(_("A name can have %(count)d characters.") % {"count": MAX_LEVEL})
        return path

    def refuse(self, code: str) -> None:
        """Say why there can't be such a label."""
        self.add_error("path", _REFUSED.get(code, _REFUSED["name"]))


class MergeForm(forms.Form):
    """The label that another one is merged into."""

    into = forms.TypedChoiceField(coerce=int, label=_("Merge into"))

    def __init__(self, *args: Any, into: Collection[MailboxRow] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [(row.id, row.path) for row in into]


class SearchForm(forms.Form):
    """The fields that write a query."""

    sender = forms.CharField(max_length=200, required=False, label=_("From"))
    recipient = forms.CharField(max_length=200, required=False, label=_("To"))
    subject = forms.CharField(max_length=200, required=False, label=_("Subject"))
    words = forms.CharField(max_length=1000, required=False, label=_("Has the words"))
    without = forms.CharField(max_length=200, required=False, label=_("Doesn’t have"))
    place = forms.ChoiceField(required=False, label=_("Search in"))
    since = forms.DateField(required=False, label=_("From day"))
    until = forms.DateField(required=False, label=_("Until day"))
    size_is = forms.ChoiceField(
        required=False,
        choices=[("larger", _("larger than")), ("smaller", _("smaller than"))],
        initial="larger",
        label=_("Size"),
    )
    size = forms.IntegerField(required=False, min_value=1, max_value=1_000_000, label=_("Size"))
    size_unit = forms.ChoiceField(
        required=False, choices=[("M", "MB"), ("K", "KB")], initial="M", label=_("Unit")
    )
    attachment = forms.BooleanField(required=False, label=_("Has attachments"))

    def __init__(self, *args: Any, where: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {value for value, _name in where}
        asked = str(self.initial.get("place", ""))
        self.fields["place"].choices = [*where, *([] if asked in known else [(asked, asked)])]

    def clean(self) -> dict[str, Any]:
        """Fill in what goes with a size."""
        cleaned = super().clean() or {}
        cleaned["size_unit"] = cleaned.get("size_unit") or "M"
        cleaned["size_is"] = cleaned.get("size_is") or "larger"
        return cleaned


class SavedSearchForm(forms.Form):
    """A query and the name it is kept under."""

    name = forms.CharField(max_length=100, label=_("Name"))
    query = forms.CharField(max_length=1000, label=_("Search"))

    def refuse(self, code: str) -> None:
        """Say why it can't be kept."""
        if code == "taken":
            self.add_error("name", _("You have a saved search of this name already."))
        else:
            self.add_error(None, _("There are too many saved searches. Delete one first."))


class KeysForm(forms.Form):
    """Keys of one's own: action -> key, as static/js/keys/ writes them; and whether single keys act."""

    key_map = forms.JSONField(required=False)
    on = forms.NullBooleanField(required=False)

    def clean_key_map(self) -> dict[str, str] | None:
        """Keep what could be names and keys, None when nothing was sent; what they mean the scripts know."""
        chosen = self.cleaned_data["key_map"]
        if chosen is None:
            return None
        if not isinstance(chosen, dict) or len(chosen) > _MOST_KEYS or not all(map(_is_key, chosen.items())):
            raise forms.ValidationError("no keys", code="invalid")
        return chosen


def _is_key(item: tuple[str, object]) -> bool:
    name, key = item
    is_text = isinstance(key, str) and len(key) <= _LONGEST_KEY and key.isprintable()
    return is_text and _ACTION.fullmatch(name) is not None
