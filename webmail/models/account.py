"""Who has mail here: domains, people, their accounts, and the addresses that lead to them."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class UserManager(BaseUserManager["User"]):
    """Makes people; their sign-in name is their address."""

    def create_user(self, address: str, password: str | None = None, **fields: object) -> "User":
        """Make a person who signs in with `address`."""
        user = self.model(address=address.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, address: str, password: str | None = None, **fields: object) -> "User":
        """Make an administrator."""
        return self.create_user(address, password, is_staff=True, is_superuser=True, **fields)


class Density(models.TextChoices):
    """How much room the lines of a list take."""

    COMFORTABLE = "comfortable", "Comfortable"
    COSY = "cosy", "Cosy"
    COMPACT = "compact", "Compact"


class ReadingPane(models.TextChoices):
    """Where an opened conversation stands: in place of the list, or in a pane of the same page."""

    OFF = "off", "Off"
    RIGHT = "right", "Right of the list"
    BELOW = "below", "Below the list"


class AutoAdvance(models.TextChoices):
    """What follows when an opened conversation was put away."""

    OLDER = "older", "The older one"
    NEWER = "newer", "The newer one"
    LIST = "list", "The list"


class DefaultReply(models.TextChoices):
    """What the button beside a message begins; the values are parameters of the composer's address."""

    REPLY = "reply", "Reply"
    REPLY_ALL = "reply_all", "Reply to all"


class ShowPictures(models.TextChoices):
    """When pictures that lie elsewhere are fetched."""

    ASK = "ask", "On request"
    ALWAYS = "always", "Always"


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; most have one mail account."""

    address = models.CharField(max_length=320, unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the browser's")
    theme = models.CharField(max_length=8, default="system")
    keyboard_shortcuts = models.BooleanField(
        default=True, help_text="Single keys act (WCAG 2.1.4: can be off)"
    )
    key_map = models.JSONField(
        default=dict, blank=True, help_text="Action -> key, where it isn't the usual one"
    )
    density = models.CharField(max_length=16, choices=Density, default=Density.COSY)
    reading_pane = models.CharField(max_length=8, choices=ReadingPane, default=ReadingPane.OFF)
    conversation_view = models.BooleanField(default=True, help_text="Off: a list shows single messages")
    auto_advance = models.CharField(
        max_length=8, choices=AutoAdvance, blank=True, default="", help_text="Empty: as the page has room"
    )
    show_snippets = models.BooleanField(default=True, help_text="A list shows how messages begin")
    default_reply = models.CharField(max_length=16, choices=DefaultReply, default=DefaultReply.REPLY)
    remote_pictures = models.CharField(max_length=8, choices=ShowPictures, default=ShowPictures.ASK)
    needs_second_factor = models.BooleanField(
        default=False, help_text="After signing in they are led to set it up"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()
    USERNAME_FIELD = "address"
    REQUIRED_FIELDS: list[str] = []

    def __str__(self) -> str:
        return self.address


class Domain(models.Model):
    """A domain whose mail ends here."""

    name = models.CharField(max_length=255, unique=True, help_text="In A-labels, lower case")
    needs_second_factor = models.BooleanField(
        default=False, help_text="Everybody with mail here is led to set it up"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """One person's mail: mailboxes, counters and the modseq that orders every change."""

    user = models.ForeignKey(User, models.CASCADE, related_name="accounts")
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="accounts")
    address = models.CharField(max_length=320, unique=True, help_text="Lower case, domain in A-labels")
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    modseq = models.BigIntegerField(default=1)
    forgotten_modseq = models.BigIntegerField(default=0, help_text="Expunged rows up to here are gone")
    doors_modseq = models.BigIntegerField(
        default=0, help_text="When it last changed by which passwords one comes in, and whether"
    )
    next_uid_validity = models.PositiveBigIntegerField(default=1)
    used_bytes = models.BigIntegerField(default=0)
    quota_bytes = models.BigIntegerField(default=0, help_text="0 is without limit")
    undo_send_seconds = models.PositiveSmallIntegerField(default=10)
    saved_search_count = models.PositiveSmallIntegerField(default=0, help_text="0 spares a page to look")
    sender_choice_count = models.PositiveIntegerField(default=0, help_text="0 spares a delivery to look")
    screens_senders = models.BooleanField(default=False, help_text="Who writes for the first time waits")
    filters_spam = models.BooleanField(default=True, help_text="What was learnt sorts new mail")
    spam_count = models.PositiveIntegerField(default=0, help_text="Messages learnt as spam")
    ham_count = models.PositiveIntegerField(default=0, help_text="Messages learnt as wanted")
    automation_count = models.PositiveIntegerField(
        default=0, help_text="Rules, forwarding and vacation that are on; 0 spares a delivery to look"
    )
    sorts_by_detail = models.BooleanField(
        default=False, help_text="Mail to user+detail goes to the mailbox of that name"
    )
    away_from = models.DateTimeField(null=True, help_text="Who writes is answered; null: nobody is")
    away_until = models.DateTimeField(null=True, help_text="Null: until it is ended")
    unsubscription_count = models.PositiveIntegerField(default=0, help_text="0 spares a page to look")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class Alias(models.Model):
    """An address of ours that leads to an account of ours, or to an address elsewhere.

    "@domain" leads where no other address of the domain does.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="aliases")
    address = models.CharField(max_length=320, help_text="Lower case, whole address")
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="aliases")
    target = models.CharField(max_length=320, blank=True, help_text="Whole address; empty with an account")

    class Meta:
        verbose_name_plural = "aliases"
        constraints = [
            # queries.resolve_recipients looks up by address; one alias may lead to several accounts.
            models.UniqueConstraint(fields=["address", "account"], name="alias_address_account"),
            # accounts.add_alias: each target once.
            models.UniqueConstraint(
                fields=["address", "target"], name="alias_address_target", condition=~Q(target="")
            ),
            models.CheckConstraint(condition=Q(account=None) ^ Q(target=""), name="alias_leads_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.address} → {self.target or self.account}"


class Identity(models.Model):
    """A sender an account may write as."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="identities")
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    reply_to = models.CharField(max_length=320, blank=True, help_text="Empty: answers come to the address")
    signature_html = models.TextField(blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["account", "address"], name="identity_account_address"),
        ]

    def __str__(self) -> str:
        return self.address


class PictureSender(models.Model):
    """A sender whose remote pictures are shown without asking."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="picture_senders")
    address = models.CharField(max_length=320, help_text="Lower case")

    class Meta:
        constraints = [
            # store.picture_senders.is_allowed looks up by both.
            models.UniqueConstraint(fields=["account", "address"], name="picture_sender_account_address"),
        ]

    def __str__(self) -> str:
        return self.address


class SenderCharset(models.Model):
    """How a person chose to read a sender's mail that names no charset, or a wrong one."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=320, help_text="Lower case")
    declared = models.CharField(max_length=64, blank=True, help_text="What the mail says; empty for nothing")
    charset = models.CharField(max_length=64)
    message_key = models.BigIntegerField(help_text="The message it was chosen at; read so whatever its bytes")

    class Meta:
        constraints = [
            # readings.choice
            models.UniqueConstraint(fields=["account", "address", "declared"], name="sender_charset"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.declared or '-'} → {self.charset}"
