"""What people fill in to keep their account."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from webmail.forms import TOO_MANY
from webmail.models import Door, User

APP_PASSWORD_DOORS = (
    (Door.IMAP.value, _("Read mail (IMAP)")),
    (Door.POP3.value, _("Fetch mail (POP3)")),
    (Door.SMTP.value, _("Send mail (SMTP)")),
)


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code."""

    code = forms.CharField(max_length=40, label=_("Code"))

    def refuse(self) -> None:
        """Say that it isn't right, or was used before."""
        self.add_error("code", _("This code isn’t right. Each counts once: wait for the next one."))

    def refuse_for_now(self) -> None:
        """Say that too many tries were made."""
        self.add_error("code", TOO_MANY)


class ConfirmForm(forms.Form):
    """The password of who is signed in."""

    password = forms.CharField(max_length=4096, strip=False, label=_("Password"))

    def refuse(self, *, for_now: bool = False) -> None:
        """Say that it is wrong, or that too many tries were made."""
        self.add_error("password", TOO_MANY if for_now else _("This isn’t your password."))


class PasswordForm(forms.Form):
    """A new password, and the one that it replaces."""

    current = forms.CharField(max_length=4096, strip=False, label=_("Your password until now"))
    new = forms.CharField(max_length=4096, strip=False, label=_("New password"))
    again = forms.CharField(max_length=4096, strip=False, label=_("New password again"))
    revoke = forms.BooleanField(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_new(self) -> str:
        """Refuse what is easily guessed."""
        new = self.cleaned_data["new"]
        validate_password(new, self._user)
        return new

    def clean(self) -> dict[str, Any]:
        """Refuse what was mistyped."""
        cleaned = super().clean() or {}
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("These two differ."))
        return cleaned

    def refuse(self, *, for_now: bool = False) -> None:
        """Say that the current one is wrong, or that too many tries were made."""
        self.add_error("current", TOO_MANY if for_now else _("This isn’t your password."))


class AppPasswordForm(forms.Form):
    """A password for a mail program: its name, and the doors that it opens."""

    name = forms.CharField(max_length=100, label=_("Name"))
    doors = forms.MultipleChoiceField(choices=APP_PASSWORD_DOORS, required=False)
    pop3_keeps = forms.BooleanField(required=False)

    def refuse(self, code: str) -> None:
        """Say why there can't be such an app password."""
        if code == "taken":
            self.add_error("name", _("You have an app password of this name already."))
        elif code == "full":
            self.add_error(None, _("There are too many app passwords. Remove one first."))
        else:
            self.add_error("doors", _("Choose at least one."))
