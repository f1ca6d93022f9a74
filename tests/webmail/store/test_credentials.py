"""The one door for passwords: who is let in where, how often, and what is written down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.people import PASSWORD, Person
from tests.security import at, code, with_app
from webmail.models import AppPassword, Domain, Door, LogIn, Outcome, RecoveryCode
from webmail.store import app_passwords, credentials, log_ins, second_factor, sweep

MAIL_DOORS = (Door.IMAP, Door.POP3, Door.SMTP)


def lines(person: Person) -> list[tuple[str, str, str, str, int]]:
    rows = LogIn.objects.filter(user=person.user).order_by("pk")
    return [(row.door, row.outcome, row.ip, row.app_password, row.count) for row in rows]


@pytest.mark.parametrize("door", MAIL_DOORS)
def test_the_main_password_opens_mail_doors_until_there_is_a_second_step(alice: Person, door: Door) -> None:
    answer = credentials.authenticate("Alice@crepes.test", PASSWORD, at(door))
    assert (answer.is_accepted, answer.account) == (True, alice.account)
    with_app(alice)
    answer = credentials.authenticate(alice.address, PASSWORD, at(door))
    assert (answer.outcome, answer.user) == (Outcome.APP_PASSWORD_NEEDED, None)
    assert credentials.authenticate(alice.address, "wrong", at(door)).outcome == Outcome.WRONG


def test_where_a_second_step_is_required_programs_need_an_app_password(alice: Person, bob: Person) -> None:
    Domain.objects.filter(name="crepes.test").update(needs_second_factor=True)
    answer = credentials.authenticate(alice.address, PASSWORD, at(Door.IMAP))
    assert answer.outcome == Outcome.APP_PASSWORD_NEEDED
    assert credentials.authenticate(bob.address, PASSWORD, at(Door.IMAP)).is_accepted


def test_an_app_password_opens_its_doors_and_no_other(alice: Person, bob: Person) -> None:
    made = app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    typed = made.upper().replace(" ", "")
    outcomes = {door: credentials.authenticate(alice.address, typed, at(door)).outcome for door in Door}
    assert outcomes == dict.fromkeys(Door, Outcome.WRONG_SCOPE) | {Door.IMAP: Outcome.ACCEPTED}
    assert credentials.authenticate(bob.address, made, at(Door.IMAP)).outcome == Outcome.WRONG
    kept = AppPassword.objects.get()
    assert (kept.last_used_ip, kept.digest == made) == ("192.0.2.9", False)
    app_passwords.revoke(alice.user, kept.pk)
    assert credentials.authenticate(alice.address, made, at(Door.IMAP)).outcome == Outcome.WRONG


def test_an_app_password_of_a_name_that_is_taken_or_for_nothing(alice: Person) -> None:
    app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    for name, doors, why in (("Laptop", [Door.SMTP], "taken"), ("Phone", [Door.WEB], "nowhere")):
        with pytest.raises(app_passwords.AppPasswordError) as refused:
            app_passwords.create(alice.user, name, doors)
        assert refused.value.code == why


def test_all_doors_share_one_limit_which_no_app_password_meets(alice: Person) -> None:
    made = app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    for number in range(10):
        door = list(Door)[number % 4]
        assert credentials.authenticate(alice.address, "x", at(door, f"192.0.2.{number}")).outcome == "wrong"
    for door in Door:
        answer = credentials.authenticate(alice.address, PASSWORD, at(door, "198.51.100.1"))
        assert answer.outcome == Outcome.LIMITED
    assert credentials.authenticate(alice.address, made, at(Door.IMAP)).is_accepted


def test_a_program_where_its_owner_was_before_is_not_shut_out_by_others(alice: Person) -> None:
    home = at(Door.IMAP, "2001:db8::1")
    assert credentials.authenticate(alice.address, PASSWORD, home).is_accepted
    for _ in range(11):
        last = credentials.authenticate(alice.address, "x", at(Door.POP3, "198.51.100.1"))
    assert last.outcome == Outcome.LIMITED
    assert credentials.authenticate(alice.address, PASSWORD, home).is_accepted


def test_neighbours_in_one_ipv6_net_are_one(alice: Person, bob: Person) -> None:
    for number in range(10):
        credentials.authenticate(f"nobody{number}@crepes.test", "x", at(Door.IMAP, f"2001:db8::{number}"))
    assert (
        credentials.authenticate(alice.address, PASSWORD, at(Door.IMAP, "2001:db8::ff")).outcome == "limited"
    )
    assert credentials.authenticate(alice.address, PASSWORD, at(Door.IMAP, "2001:db8:0:1::1")).is_accepted


def test_who_is_switched_off_is_let_in_nowhere(alice: Person, bob: Person) -> None:
    made = app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    alice.user.is_active = False
    alice.user.save()
    bob.account.is_active = False
    bob.account.save()
    for address, password in ((alice.address, PASSWORD), (alice.address, made), (bob.address, PASSWORD)):
        assert credentials.authenticate(address, password, at(Door.IMAP)).outcome == Outcome.INACTIVE


def test_a_stranger_takes_as_long_as_one_who_is_known(alice: Person, monkeypatch) -> None:
    hashed, statements = [], []
    monkeypatch.setattr(credentials.User, "set_password", lambda _self, given: hashed.append(given))
    monkeypatch.setattr(credentials.User, "check_password", lambda _self, given: hashed.append(given))
    for address in (alice.address, "nobody@crepes.test"):
        with CaptureQueriesContext(connection) as captured:
            assert credentials.authenticate(address, "x", at(Door.IMAP)).outcome == Outcome.WRONG
        statements.append([query["sql"][:12] for query in captured])
    assert len(hashed) == 2
    assert statements[0] == statements[1]


def test_the_list_tells_what_happened_and_counts_what_is_alike(alice: Person) -> None:
    made = app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    for _ in range(3):
        credentials.authenticate(alice.address, made, at(Door.IMAP))
    credentials.authenticate(alice.address, made, at(Door.SMTP, "198.51.100.1"))
    credentials.authenticate(alice.address, "x", at(Door.POP3, program="fetch\0\r\nmail"))
    credentials.authenticate("nobody@crepes.test", "x", at(Door.POP3))
    assert lines(alice) == [
        ("imap", "accepted", "192.0.2.9", "Laptop", 3),
        ("smtp", "wrong_scope", "198.51.100.1", "Laptop", 1),
        ("pop3", "wrong", "192.0.2.9", "", 1),
    ]
    assert LogIn.objects.get(door="pop3").program == "fetch mail"


def test_the_list_is_bounded_whatever_is_tried(alice: Person, monkeypatch) -> None:
    for number in range(40):
        credentials.authenticate(alice.address, "x", at(Door.IMAP, f"192.0.2.{number}"))
    # Ten by their addresses; the rest wasn't looked at, and is one.
    assert [line[-1] for line in lines(alice)] == [*[1] * 10, 30]
    monkeypatch.setattr(log_ins, "MOST", 4)
    assert sweep.run().log_ins == 7
    assert sweep.run(timezone.now() + timedelta(days=91)).log_ins == 4


def test_a_program_that_comes_back_costs_few_statements(
    alice: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    credentials.authenticate(alice.address, made, at(Door.IMAP))
    with django_assert_max_num_queries(4):
        assert credentials.authenticate(alice.address, made, at(Door.IMAP)).is_accepted


def test_a_code_counts_once_and_so_does_a_recovery_code(alice: Person, monkeypatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(second_factor, "time", lambda: now)
    secret = second_factor.totp.make_secret()
    step = int(now) // 30
    assert not second_factor.switch_on(alice.user, secret, second_factor.totp.code_at(secret, step + 2))
    assert second_factor.switch_on(alice.user, secret, second_factor.totp.code_at(secret, step))
    for later, right in ((0, False), (-1, False), (2, False), (1, True), (1, False)):
        found = second_factor.use(alice.user, second_factor.totp.code_at(secret, step + later))
        assert (found == "code") is right
    codes = second_factor.renew_recovery_codes(alice.user)
    assert [second_factor.use(alice.user, each) for each in (codes[0].upper(), codes[0])] == [
        "recovery_code",
        None,
    ]
    second_factor.renew_recovery_codes(alice.user)
    assert second_factor.use(alice.user, codes[1]) is None
    second_factor.switch_off(alice.user)
    assert not RecoveryCode.objects.exists()


def test_codes_are_those_of_the_rfc() -> None:
    # RFC 6238, appendix B, the last six digits.
    secret = second_factor.totp.b32encode(b"12345678901234567890").decode()
    assert second_factor.totp.code_at(secret, 59 // 30) == "287082"
    assert second_factor.totp.code_at(secret, 20000000000 // 30) == "353130"


def test_a_secret_outlives_a_change_of_the_sites_key_and_a_copy_tells_nothing(
    alice: Person, settings
) -> None:
    secret = with_app(alice)
    assert secret not in alice.user.code_secret.sealed
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new one, which is long enough to be one"
    assert second_factor.use(alice.user, code(secret)) == "code"
    settings.SECRET_KEY_FALLBACKS = []
    assert second_factor.use(alice.user, code(secret, 1)) is None
