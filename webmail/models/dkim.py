"""The keys that domains of ours sign their mail with."""

from django.db import models
from django.db.models.functions import Now

from .account import Domain


class DkimAlgorithm(models.TextChoices):
    """As a= of a signature has it (RFC 6376, RFC 8463)."""

    RSA = "rsa-sha256", "RSA"
    ED25519 = "ed25519-sha256", "Ed25519"


class DkimKey(models.Model):
    """A key pair: made, then active once its record is in the DNS, then retired; the record outlives that."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="dkim_keys")
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=16, choices=DkimAlgorithm)
    secret = models.TextField(help_text="The private key, sealed")
    record = models.TextField(help_text="The TXT record at selector._domainkey.domain")
    created_at = models.DateTimeField(db_default=Now())
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "DKIM key"
        constraints = [
            # signing_keys.of_domain, make: the keys of a domain.
            models.UniqueConstraint(fields=["domain", "selector"], name="dkim_domain_selector"),
        ]
        ordering = ["domain", "-created_at", "selector"]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain_id}"
