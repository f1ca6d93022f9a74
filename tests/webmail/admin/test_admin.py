"""An administrator's pages open, make accounts through the store, and move the queue."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.people import Person
from tests.security import with_app
from webmail.delivery import sts
from webmail.models import (
    Account,
    Alias,
    DeliveryAttempt,
    Destination,
    Domain,
    Mailbox,
    OutboundMessage,
    OutboundRecipient,
    StsPolicy,
    TlsResult,
    User,
)
from webmail.store import blobs, second_factor

pytestmark = pytest.mark.django_db
QUEUE = [OutboundMessage, OutboundRecipient, DeliveryAttempt, Destination, StsPolicy, TlsResult]
MODELS = [Domain, User, Account, Alias, Mailbox, *QUEUE]


@pytest.fixture
def chief(client: Client, alice: Person) -> Client:
    alice.user.is_staff = alice.user.is_superuser = True
    alice.user.save()
    client.force_login(alice.user)
    return client


@pytest.fixture
def waiting(alice: Person) -> OutboundRecipient:
    """A message of Alice's that was tried once and waits."""
    (blob,) = blobs.save_many([b"Subject: Hello\r\n\r\nHi\r\n"])
    now = timezone.now()
    message = OutboundMessage.objects.create(
        account=alice.account,
        blob=blob,
        submission_key="one",
        mail_from=alice.address,
        created_at=now,
        expires_at=now + timedelta(days=5),
    )
    recipient = message.recipients.create(
        address="bob@hamburger.test", domain="hamburger.test", next_attempt_at=now + timedelta(hours=1)
    )
    recipient.attempts.create(
        started_at=now,
        host="mx.hamburger.test",
        code=450,
        text="later <b>please</b>",
        transcript=[[0.0, "S", "220 mx <script>"], [0.1, "C", "EHLO crepes.test"]],
    )
    Destination.objects.create(domain="hamburger.test", failed_at=now, retry_at=now + timedelta(hours=1))
    policy = "version: STSv1\nmode: enforce\nmx: mx.far.test\nmax_age: 1"
    StsPolicy.objects.create(domain="far.test", text=policy, fetched_at=now)
    for result in ("", "sts-policy-invalid"):
        TlsResult.objects.create(day=now.date(), domain="far.test", source="sts", result=result, count=3)
    return recipient


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_page_opens(chief: Client, model: type) -> None:
    name = model._meta.model_name
    listing = chief.get(reverse(f"admin:webmail_{name}_changelist"))
    assert listing.status_code == 200
    row = model.objects.first()
    if row is not None:
        page = chief.get(reverse(f"admin:webmail_{name}_change", args=[row.pk]))
        assert page.status_code == 200
    if admin.site._registry[model].has_add_permission(listing.wsgi_request):
        assert chief.get(reverse(f"admin:webmail_{name}_add")).status_code == 200


@pytest.mark.usefixtures("waiting")
def test_what_is_known_of_other_domains_is_shown_and_renewed(
    chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = reverse("admin:webmail_tlsresult_changelist")
    shown = chief.get(listing).content.decode()
    assert "sts-policy-invalid" in shown
    assert "success" in shown
    destinations = reverse("admin:webmail_destination_changelist")
    chief.post(destinations, {"action": "forget", "_selected_action": ["hamburger.test"]})
    assert not Destination.objects.exists()
    policies = reverse("admin:webmail_stspolicy_changelist")
    assert "enforce" in chief.get(policies).content.decode()
    renewed: list[str] = []
    monkeypatch.setattr(sts, "renew", lambda domain, _resolver: renewed.append(domain))
    chief.post(policies, {"action": "fetch", "_selected_action": ["far.test"]})
    assert renewed == ["far.test"]


def test_others_are_kept_out(client: Client, bob: Person) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/sign-in/")
    client.force_login(bob.user)
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_policy_is_loosened_here_only(chief: Client) -> None:
    here = chief.get(reverse("admin:index")).headers["Content-Security-Policy"]
    elsewhere = chief.get("/healthz").headers["Content-Security-Policy"]
    assert "'unsafe-eval'" in here
    assert "unsafe" not in elsewhere


def test_a_new_person_gets_an_account_with_mailboxes(chief: Client) -> None:
    secret = "a long sentence of four"
    form = {"address": "Dora@Crepes.test", "name": "Dora", "password1": secret, "password2": secret}
    answer = chief.post(reverse("admin:webmail_user_add"), form)
    assert answer.status_code == 302
    account = Account.objects.get(address="dora@crepes.test")
    assert account.mailboxes.filter(role="inbox").exists()
    assert account.user.check_password(secret)


def test_ones_own_password_is_changed_where_everybody_does(chief: Client) -> None:
    assert chief.get(reverse("admin:password_change"))["Location"] == reverse("security_password")


def test_a_second_step_is_required_of_a_domain_and_taken_away_from_a_person(
    chief: Client, bob: Person
) -> None:
    with_app(bob)
    page = reverse("admin:webmail_domain_change", args=[bob.account.domain_id])
    assert chief.post(page, {"needs_second_factor": "on"}).status_code == 302
    assert second_factor.replaces_password(bob.user)
    people = {"action": "reset_second_factor", "_selected_action": [bob.user.pk]}
    chief.post(reverse("admin:webmail_user_changelist"), people)
    assert second_factor.is_missing(bob.user)
    # In a terminal, too: the administrator may be the one who lost it.
    with_app(bob)
    call_command("reset_second_factor", bob.address, stdout=StringIO())
    assert second_factor.is_missing(bob.user)
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@crepes.test")


def test_an_account_is_configured_without_touching_its_counters(chief: Client, bob: Person) -> None:
    page = reverse("admin:webmail_account_change", args=[bob.account.pk])
    before = Account.objects.get(pk=bob.account.pk)
    answer = chief.post(page, {"name": "Robert", "is_active": "on", "quota_bytes": "1000000"})
    assert answer.status_code == 302
    after = Account.objects.get(pk=bob.account.pk)
    assert (after.name, after.quota_bytes, after.modseq) == ("Robert", 1_000_000, before.modseq)


def test_an_alias_is_made_in_its_domain(chief: Client, bob: Person) -> None:
    form = {"address": "Burgers@hamburger.test", "targets": f"{bob.address}\r\nDan@x.test, dan@X.test"}
    assert chief.post(reverse("admin:webmail_alias_add"), form).status_code == 302
    here, elsewhere = Alias.objects.filter(address="burgers@hamburger.test").order_by("pk")
    assert (here.account, here.domain.name) == (bob.account, "hamburger.test")
    assert (elsewhere.account, elsewhere.target) == (None, "dan@x.test")
    chief.post(reverse("admin:webmail_alias_add"), {"address": "@Hamburger.test", "targets": bob.address})
    assert Alias.objects.filter(address="@hamburger.test", account=bob.account).exists()
    listed = chief.get(reverse("admin:webmail_alias_changelist")).content.decode()
    assert "dan@x.test" in listed
    for wrong in ({"targets": "nobody@"}, {"targets": "burgers@hamburger.test"}, {"address": "@"}):
        assert chief.post(reverse("admin:webmail_alias_add"), form | wrong).status_code == 200
    again = chief.post(reverse("admin:webmail_alias_add"), form | {"address": bob.address})
    assert "address of an account" in again.content.decode()


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("hold", "waiting"),
        ("cancel", "cancelled"),
        ("retry", "waiting"),
        ("bounce", "failed"),
        ("expire", "waiting"),
    ],
)
def test_the_queue_obeys(chief: Client, waiting: OutboundRecipient, verb: str, state: str) -> None:
    listing = reverse("admin:webmail_outboundmessage_changelist")
    answer = chief.post(listing, {"action": verb, "_selected_action": [str(waiting.message_id)]})
    assert answer.status_code == 302
    row = OutboundRecipient.objects.get(pk=waiting.pk)
    assert row.state == state
    if verb == "hold":
        assert row.next_attempt_at is None
    if verb == "retry":
        assert row.next_attempt_at is not None
        assert row.next_attempt_at <= timezone.now()


def test_messages_are_found_by_the_state_of_a_recipient(chief: Client, waiting: OutboundRecipient) -> None:
    listing = reverse("admin:webmail_outboundmessage_changelist")
    assert waiting.message.mail_from in chief.get(listing, {"state": "waiting"}).content.decode()
    assert (
        waiting.message.mail_from
        not in chief.get(listing, {"state": "failed"}).content.decode().split('id="changelist"')[-1]
    )


def test_the_dialogue_is_shown_as_text(chief: Client, waiting: OutboundRecipient) -> None:
    attempt = waiting.attempts.get()
    page = chief.get(reverse("admin:webmail_deliveryattempt_change", args=[attempt.pk])).content.decode()
    assert "S: 220 mx &lt;script&gt;" in page
    assert "<b>please</b>" not in page
