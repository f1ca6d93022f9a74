"""The form of a rule: fields that write its query, and what it does."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mailserver.query import Node, parse, unknowable, write
from webmail.forms import SearchForm
from webmail.models import Rule
from webmail.store.rules import Written
from webmail.store.search_match import compiled

from . import search_words
from .search_options import fields_of, tree_of

SWITCHES = ("archives", "stars", "marks_read", "trashes", "never_spam", "stops")
_ABSENT = ("place", "since", "until")


class RuleForm(SearchForm):
    """The conditions of a search that can be told on arrival, and what is done with mail that they fit."""

    name = forms.CharField(max_length=100, required=False, label=_("Name"))
    mailbox = forms.TypedChoiceField(coerce=int, required=False, empty_value=None, label=_("Put it in"))
    archives = forms.BooleanField(required=False, label=_("Skip the Inbox"))
    stars = forms.BooleanField(required=False, label=_("Star it"))
    marks_read = forms.BooleanField(required=False, label=_("Mark as read"))
    trashes = forms.BooleanField(required=False, label=_("Delete it"))
    never_spam = forms.BooleanField(required=False, label=_("Never send it to Spam"))
    stops = forms.BooleanField(required=False, label=_("Look at no rule after this one"))
    forward = forms.TypedChoiceField(coerce=int, required=False, empty_value=None, label=_("Forward it to"))
    apply = forms.BooleanField(required=False, label=_("Do this to mail that is here already, too"))

    def __init__(
        self,
        *args: Any,
        labels: Sequence[tuple[int, str]] = (),
        addresses: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in _ABSENT:
            del self.fields[name]
        self.fields["mailbox"].choices = [("", _("No label")), *labels]
        self.fields["forward"].choices = [("", _("Nobody")), *addresses]

    def clean(self) -> dict[str, Any]:
        """Refuse conditions that can't be told on arrival, and rules that fit all or do nothing."""
        cleaned = super().clean() | dict.fromkeys(_ABSENT)
        for name in ("words", "without"):
            self._check(name, cleaned.get(name) or "")
        if self.errors:
            return cleaned
        cleaned["tree"] = tree = tree_of(cleaned)
        if compiled(write(tree)) is None:
            problems = parse(write(tree)).errors
            remarks = search_words.remarks(write(tree), problems)
            self.add_error(None, remarks or [str(_("Say which mail is meant: fill in at least one field."))])
        elif not _written(cleaned).does_something:
            self.add_error(None, _("Choose what to do with it."))
        return cleaned

    def _check(self, name: str, text: str) -> None:
        parsed = parse(text)
        problems = parsed.errors or unknowable(parsed.tree)
        if problems:
            self.add_error(name, search_words.remarks(text, problems))

    @property
    def marked_words(self) -> SafeString:
        """Write the words with the wrong places marked."""
        text = self["words"].value() or ""
        parsed = parse(text)
        return search_words.marked_query(text, (*parsed.errors, *unknowable(parsed.tree)))

    @property
    def tree(self) -> Node:
        """What it fits; after `is_valid`."""
        tree = self.cleaned_data["tree"]
        assert tree is not None
        return tree

    @property
    def written(self) -> Written:
        """The rule; after `is_valid`."""
        return _written(self.cleaned_data)


def _written(cleaned: Mapping[str, Any]) -> Written:
    return Written(
        query=write(cleaned["tree"]),
        name=cleaned["name"],
        mailbox_id=cleaned["mailbox"],
        forward_id=cleaned["forward"],
        **{name: cleaned[name] for name in SWITCHES},
    )


def query_of(initial: Mapping[str, Any]) -> str:
    """Write the query of fields that were filled in for somebody, "" for one that is wrong."""
    form = RuleForm(dict(initial))
    form.full_clean()
    tree = form.cleaned_data.get("tree")
    return write(tree) if tree else ""


def fields_of_rule(rule: Rule) -> dict[str, Any]:
    """Put a rule into the form's fields."""
    found = fields_of(parse(rule.query).tree)
    found |= {"name": rule.name, "mailbox": rule.mailbox_id, "forward": rule.forward_id}
    return found | {name: getattr(rule, name) for name in SWITCHES}
