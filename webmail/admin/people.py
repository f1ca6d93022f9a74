"""Domains, people, their accounts and aliases."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminTextareaWidget

from mailserver.message.address import AddressError, normalise, normalise_domain
from webmail.models import Account, Alias, Domain, User
from webmail.store import accounts, domains, doors, mailboxes, second_factor

from . import dns
from .base import VerbAdmin

admin.site.unregister(Group)


def _checked_address(value: str) -> str:
    try:
        return normalise(value)
    except AddressError as error:
        raise ValidationError(str(error)) from error


class DomainForm(forms.ModelForm):
    """A domain by its name, in any script."""

    class Meta:
        model = Domain
        fields = ("name", "needs_second_factor")

    def clean_name(self) -> str:
        """Take the name in A-labels."""
        try:
            return normalise_domain(self.cleaned_data["name"])
        except AddressError as error:
            raise ValidationError(str(error)) from error


@admin.register(Domain)
class DomainAdmin(VerbAdmin):
    """The domains whose mail ends here."""

    form = DomainForm
    actions_detail = ("dns",)
    actions_row = ("dns",)
    list_display = ("name", "people", "needs_second_factor", "created_at")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Domain]:
        """Count the accounts of each domain along the way."""
        return super().get_queryset(request).annotate(account_count=Count("accounts"))

    @action(description=_("DNS and ports"), url_path="dns", icon="dns")
    def dns(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what to paste where, and what is there now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {"opts": self.opts}
        return dns.page(request, self.get_object(request, str(object_id)), context)

    @display(description=_("Accounts"), ordering="account_count")
    def people(self, domain: Domain) -> int:
        """How many accounts it has."""
        return domain.account_count

    def get_readonly_fields(self, request: HttpRequest, obj: Domain | None = None) -> tuple[str, ...]:
        """A domain can't be renamed: addresses are made of it."""
        return (*super().get_readonly_fields(request, obj), "name") if obj else ()

    def save_model(self, _request: HttpRequest, obj: Domain, _form: Any, _change: bool) -> None:
        """Make it, and keep what is decided about it, through the store."""
        obj.pk = obj.pk or domains.ensure(obj.name).pk
        domains.configure(obj.pk, needs_second_factor=obj.needs_second_factor)


class PersonForm(UserCreationForm):
    """A new person: the address is the sign-in name, and where mail goes."""

    class Meta:
        model = User
        fields = ("address", "name")

    def clean_address(self) -> str:
        """Take the address as it is stored everywhere."""
        return _checked_address(self.cleaned_data["address"])


class PersonChangeForm(UserChangeForm):
    """What may be changed of a person."""

    class Meta:
        model = User
        fields = ("name", "is_active", "is_staff", "is_superuser", "needs_second_factor")


class PersonPasswordForm(AdminPasswordChangeForm):
    """Another password for a person; what was opened by the old one ends."""

    def save(self, commit: bool = True) -> User:
        """Save it, and tell the open sessions of mail programs."""
        with transaction.atomic():
            person = super().save(commit)
            doors.changed(person)
        return person


@admin.register(User)
class PersonAdmin(DjangoUserAdmin, ModelAdmin):
    """People who sign in; adding one makes the account and its mailboxes too."""

    form = PersonChangeForm
    add_form = PersonForm
    change_password_form = PersonPasswordForm
    list_display = ("address", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "needs_second_factor")
    search_fields = ("address", "name")
    actions = ("reset_second_factor",)
    ordering = ("address",)
    filter_horizontal = ()
    readonly_fields = ("address", "last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("address", "name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "needs_second_factor")}),
        (_("Dates"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("address", "name", "password1", "password2")}),)

    @admin.action(description=_("Remove the second step: app, passkeys and recovery codes are lost"))
    def reset_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Help somebody who lost it all; they sign in by password, and set it up anew."""
        for person in people:
            second_factor.reset(person)
        self.message_user(request, _("The second step is removed."))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The address is written once."""
        return tuple(super().get_readonly_fields(request, obj)) if obj else ()

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        """Deleting a person would take their mail away: make them inactive instead."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Make a new person's account together with them."""
        super().save_model(request, obj, form, change)
        if change:
            doors.changed(obj)
        else:
            mailboxes.create_account(obj, obj.address, obj.name)


@admin.register(Account)
class AccountAdmin(VerbAdmin):
    """Mail accounts: made with their person, limited and switched off here."""

    list_display = ("address", "name", "is_active", "used", "quota_bytes")
    list_filter = ("is_active", "domain")
    search_fields = ("address", "name")
    fields = ("address", "user", "name", "is_active", "quota_bytes", "used", "created_at")
    readonly_fields = ("address", "user", "used", "created_at")

    @display(description=_("Used"), ordering="used_bytes")
    def used(self, account: Account) -> str:
        """The space that its mail takes."""
        return filesizeformat(account.used_bytes)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Accounts are made with their person."""
        return False

    def save_model(self, _request: HttpRequest, obj: Account, _form: Any, _change: bool) -> None:
        """Change what an administrator decides, and no counter beside it."""
        accounts.configure(obj.pk, name=obj.name, is_active=obj.is_active, quota_bytes=obj.quota_bytes)


class AliasForm(forms.ModelForm):
    """An address, and all that it leads to."""

    targets = forms.CharField(
        label=_("Leads to"),
        widget=UnfoldAdminTextareaWidget,
        help_text=_("One address a line, here or elsewhere"),
    )

    class Meta:
        model = Alias
        fields = ("address",)
        help_texts = {
            "address": _(
                "@example.org is any address of the domain that nobody has. Reports about mail for a list"
                " go to owner-list@example.org, if there is such an address."
            )
        }

    def clean_address(self) -> str:
        """Take the address as it is stored everywhere; it must not be an account's own."""
        typed = self.cleaned_data["address"].strip()
        address = _checked_domain(typed) if typed.startswith("@") else _checked_address(typed)
        if Account.objects.filter(address=address).exists():
            raise ValidationError(_("This is the address of an account"))
        return address

    def clean_targets(self) -> list[str]:
        """Read the lines, each once."""
        lines = self.cleaned_data["targets"].replace(",", "\n").split()
        targets = list(dict.fromkeys(_checked_address(line) for line in lines))
        if self.cleaned_data.get("address") in targets:
            raise ValidationError(_("An address can’t lead to itself"))
        return targets


def _checked_domain(typed: str) -> str:
    try:
        return f"@{normalise_domain(typed.removeprefix('@'))}"
    except AddressError as error:
        raise ValidationError(str(error)) from error


@admin.register(Alias)
class AliasAdmin(ModelAdmin):
    """Addresses that lead to accounts and elsewhere, each to one or to many."""

    form = AliasForm
    list_display = ("address", "leads_to")
    list_filter = ("domain",)
    list_select_related = ("account",)
    search_fields = ("address", "account__address", "target")
    fields = ("address", "targets")

    @display(description=_("Leads to"))
    def leads_to(self, alias: Alias) -> str:
        """Where this row leads."""
        return alias.target or str(alias.account)

    def get_fields(self, request: HttpRequest, obj: Alias | None = None) -> tuple[str, ...]:
        """One that is there shows where it leads."""
        return ("address", "leads_to") if obj else tuple(super().get_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Alias | None = None) -> tuple[str, ...]:
        """The same."""
        return ("leads_to",) if obj else tuple(super().get_readonly_fields(request, obj))

    def has_change_permission(self, _request: HttpRequest, obj: Alias | None = None) -> bool:
        """An alias is made and removed, not bent."""
        return obj is None

    def save_model(self, _request: HttpRequest, obj: Alias, form: Any, _change: bool) -> None:
        """Make it through the store, once for each that it leads to."""
        for target in form.cleaned_data["targets"]:
            obj.pk = accounts.add_alias(obj.address, target).pk
