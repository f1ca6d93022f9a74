"""What proves who somebody is beside the password, and the list of log-ins and tries."""

from django.db import models
from django.db.models.functions import Now

from .account import User


class AppPassword(models.Model):
    """A password for one mail program: random, so a fast hash keeps it; shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="app_passwords")
    name = models.CharField(max_length=100)
    # store.app_passwords.find looks up by it.
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the password")
    imap = models.BooleanField(default=False)
    pop3 = models.BooleanField(default=False)
    smtp = models.BooleanField(default=False)
    pop3_keeps = models.BooleanField(
        default=False, db_default=False, help_text="What its program deletes by POP3 stays"
    )
    scram_salt = models.BinaryField(
        default=b"", help_text="One for all of a person; empty: made before SCRAM"
    )
    scram_keys = models.BinaryField(default=b"", help_text="sasl.Keys of its spellings (RFC 5803)")
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    last_used_ip = models.CharField(max_length=45, blank=True)

    def __str__(self) -> str:
        return f"{self.name} of user {self.user_id}"


class CodeSecret(models.Model):
    """What an authenticator app and we both know (RFC 6238)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="code_secret")
    sealed = models.TextField(help_text="Encrypted, see store/sealing.py")
    last_step = models.BigIntegerField(
        default=0, help_text="A code of this time step or an older one is used up"
    )
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"of user {self.user_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the second factor, once; deleted when it was used."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    # store.second_factor.use_recovery_code looks up by it.
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the code")

    def __str__(self) -> str:
        return f"of user {self.user_id}"


class Passkey(models.Model):
    """A public key whose private half a device of the person keeps (WebAuthn)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=100)
    # store.passkeys.check looks up by it.
    credential_id = models.CharField(max_length=1400, unique=True, help_text="In base64url")
    credential = models.BinaryField(help_text="Attested credential data (WebAuthn §6.5.2)")
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} of user {self.user_id}"


class Door(models.TextChoices):
    """Where somebody asks to be let in."""

    WEB = "web", "Web"
    IMAP = "imap", "IMAP"
    POP3 = "pop3", "POP3"
    SMTP = "smtp", "SMTP"


class Outcome(models.TextChoices):
    """What came of a log-in."""

    ACCEPTED = "accepted", "Accepted"
    HALF_WAY = "half_way", "The password was right, the second step is not done"
    WRONG = "wrong", "Wrong password"
    WRONG_STEP = "wrong_step", "The password was right, the second step wrong"
    APP_PASSWORD_NEEDED = "app_password_needed", "The password was right, but this door takes app passwords"
    WRONG_SCOPE = "wrong_scope", "An app password at a door that it isn't for"
    INACTIVE = "inactive", "The person may not sign in"
    LIMITED = "limited", "Too many tries, not looked at"


class Means(models.TextChoices):
    """What was shown at the door."""

    PASSWORD = "password", "Password"
    APP_PASSWORD = "app_password", "App password"
    CODE = "code", "Password and code"
    RECOVERY_CODE = "recovery_code", "Password and recovery code"
    SECOND_PASSKEY = "second_passkey", "Password and passkey"
    PASSKEY = "passkey", "Passkey"


class LogIn(models.Model):
    """Log-ins and tries of a day that are alike, counted: a mail program comes every few minutes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="log_ins", db_index=False)
    day = models.DateField(help_text="In UTC")
    alike = models.CharField(max_length=32, help_text="Hash of the columns that make two log-ins alike")
    door = models.CharField(max_length=4, choices=Door)
    outcome = models.CharField(max_length=20, choices=Outcome)
    means = models.CharField(max_length=16, choices=Means)
    ip = models.CharField(max_length=45, blank=True)
    program = models.CharField(
        max_length=200, blank=True, help_text="What the browser or mail program says it is"
    )
    app_password = models.CharField(max_length=100, blank=True, help_text="Its name; kept when it is revoked")
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            # store.log_ins.note counts on it.
            models.UniqueConstraint(fields=["user", "day", "alike"], name="log_in_alike"),
        ]
        indexes = [
            # queries.log_ins: the newest of a person; sweep: the oldest.
            models.Index(fields=["user", "-last_at", "-id"], name="log_in_newest"),
            models.Index(fields=["last_at"], name="log_in_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.outcome} of user {self.user_id}"
