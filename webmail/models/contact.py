"""People that an account knows: collected when it writes to them, kept by hand, or brought from elsewhere."""

from django.db import models
from django.db.models.functions import Now

from .account import Account


class ContactGroup(models.Model):
    """Contacts under one name: it completes to its members."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="contact_groups", db_index=False)
    name = models.CharField(max_length=100)
    terms = models.TextField(
        help_text="How its name may be typed, one after the other with a space before each"
    )

    class Meta:
        constraints = [
            # queries.contact_groups; queries.complete reads all of an account's.
            models.UniqueConstraint(fields=["account", "name"], name="contact_group_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A correspondent. `sort_key` is where the list has them: bytes, as both databases order these alike."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts", db_index=False)
    name = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    phones = models.JSONField(default=list, help_text="[number, kind] of each")
    note = models.TextField(blank=True)
    card = models.TextField(blank=True, help_text="Lines of a vCard that have no column here")
    is_collected = models.BooleanField(default=False, help_text="Written to, and never kept by hand")
    sort_key = models.BinaryField(max_length=800, default=b"")
    groups = models.ManyToManyField(ContactGroup, related_name="members")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # queries.contact_page, queries.duplicates
            models.Index(fields=["account", "sort_key", "id"], name="contact_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactAddress(models.Model):
    """An address of a contact, with how much it is written to; `rank` is that of store/contact_rank.py."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="addresses", db_index=False)
    address = models.CharField(max_length=320, help_text="In its one spelling")
    kind = models.CharField(max_length=20, blank=True, help_text="home, work or nothing")
    position = models.PositiveSmallIntegerField(default=0)
    use_count = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    rank = models.FloatField(default=0)

    class Meta:
        constraints = [
            # contacts.read; a person may share an address, but has it once.
            models.UniqueConstraint(fields=["contact", "address"], name="contact_address"),
        ]
        indexes = [
            # contact_use.count_use, queries.sender_facts, queries.duplicates
            models.Index(fields=["account", "address"], name="contact_address_account"),
        ]

    def __str__(self) -> str:
        return self.address


class ContactTerm(models.Model):
    """What a contact is found by as it is typed: the beginning of it is enough."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="terms")
    address = models.ForeignKey(
        ContactAddress, models.CASCADE, related_name="terms", null=True, db_index=False
    )
    term = models.BinaryField(max_length=200)

    class Meta:
        indexes = [
            # queries.complete, queries.contact_page
            models.Index(fields=["account", "term", "address", "contact"], name="contact_term"),
            # queries.complete: the second word that was typed
            models.Index(fields=["address", "term"], name="contact_term_of_address"),
        ]

    def __str__(self) -> str:
        return bytes(self.term).decode()
