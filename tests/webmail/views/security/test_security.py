"""The page of security: what it shows is true, and what is ended has ended."""

import re

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.people import PASSWORD, Person
from tests.security import SECURITY, at, sign_in
from webmail.models import AppPassword, Door, Passkey, Session
from webmail.store import app_passwords, credentials

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
NEW = "a wholly different sentence"


def is_in(client: Client) -> bool:
    return client.get("/mail/inbox/").status_code == 200


def phone_of(person: Person) -> Client:
    phone = Client(headers={"User-Agent": PHONE}, REMOTE_ADDR="198.51.100.7")
    sign_in(phone, person)
    return phone


def test_a_new_password_ends_all_other_sessions(web: Client, alice: Person) -> None:
    phone = phone_of(alice)
    app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    before = web.session.session_key
    sent = {"current": "wrong", "new": NEW, "again": NEW}
    assert web.post(f"{SECURITY}password/", sent).status_code == 422
    assert web.post(f"{SECURITY}password/", sent | {"current": PASSWORD, "again": "x"}).status_code == 422
    assert web.post(f"{SECURITY}password/", sent | {"current": PASSWORD, "new": "short"}).status_code == 422
    assert is_in(phone)
    assert web.post(f"{SECURITY}password/", sent | {"current": PASSWORD})["Location"] == SECURITY
    assert (is_in(web), is_in(phone)) == (True, False)
    assert web.session.session_key != before
    assert [row.user_id for row in Session.objects.all()] == [alice.user.pk]
    assert AppPassword.objects.exists()
    assert sign_in(Client(), alice).status_code == 422
    assert sign_in(Client(), alice, NEW).status_code == 302


def test_this_was_not_me(web: Client, alice: Person) -> None:
    app_passwords.create(alice.user, "Laptop", [Door.IMAP])
    phone_of(alice)
    page = web.get(SECURITY).content.decode()
    (link,) = set(re.findall(r'href="([^"]+not-me[^"]*)"', page))
    page = web.get(link).content.decode()
    assert 'name="revoke" checked' in page
    web.post(link, {"current": PASSWORD, "new": NEW, "again": NEW, "revoke": "on"})
    assert not AppPassword.objects.exists()
    assert Session.objects.count() == 1


def test_sessions_are_listed_in_words_and_end(web: Client, alice: Person, bob: Person) -> None:
    phone = phone_of(alice)
    page = web.get(SECURITY).content.decode()
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert "198.51.100.7" in page
    assert all(row.session_key not in page for row in Session.objects.all())
    (end,) = re.findall(rf"{SECURITY}sessions/[0-9a-f]+/end/", page)
    stranger = Client()
    sign_in(stranger, bob)
    assert stranger.post(end).status_code == 404
    assert is_in(phone)
    web.post(end)
    assert (is_in(web), is_in(phone)) == (True, False)
    phones = [phone_of(alice), phone_of(alice)]
    web.post(f"{SECURITY}sessions/end/")
    assert [is_in(client) for client in (web, stranger, *phones)] == [True, True, False, False]


def test_a_session_says_when_and_where_it_was_seen_last(web: Client, alice: Person) -> None:
    row = Session.objects.get()
    assert (row.ip, row.signed_in_at is not None) == ("127.0.0.1", True)
    Session.objects.update(seen_at=row.signed_in_at.replace(year=2020))
    web.get("/mail/inbox/", REMOTE_ADDR="198.51.100.8")
    seen = Session.objects.get()
    assert (seen.ip, seen.seen_at >= row.seen_at) == ("198.51.100.8", True)
    # What a page saves in the session is no sign-in.
    web.get(f"{SECURITY}code/")
    assert Session.objects.get().ip == "198.51.100.8"
    assert Session.objects.get().signed_in_at == row.signed_in_at


def test_an_app_password_is_shown_once(web: Client, alice: Person, settings) -> None:
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    settings.IMAPS_LISTEN, settings.SUBMISSIONS_LISTEN = "0.0.0.0:993", "0.0.0.0:465"
    assert web.post(f"{SECURITY}app-passwords/", {"name": "Laptop"}).status_code == 422
    page = web.post(
        f"{SECURITY}app-passwords/", {"name": "Laptop", "doors": ["imap", "smtp"]}
    ).content.decode()
    made = re.search(r"<code>((?:[a-z2-7]{4} ?){7})</code>", page)[1]
    assert all(word in page for word in ("mx.crepes.test", "993", "465", alice.address))
    assert "995" not in page
    assert credentials.authenticate(alice.address, made, at(Door.SMTP)).is_accepted
    assert web.post(f"{SECURITY}app-passwords/", {"name": "Laptop", "doors": ["imap"]}).status_code == 422
    page = web.get(SECURITY).content.decode()
    assert made not in page
    assert "Laptop" in page
    (revoke,) = re.findall(rf"{SECURITY}app-passwords/\d+/revoke/", page)
    web.post(revoke)
    assert not credentials.authenticate(alice.address, made, at(Door.SMTP)).is_accepted


def test_what_a_program_deletes_by_pop3_may_stay(web: Client, alice: Person, bob: Person) -> None:
    web.post(f"{SECURITY}app-passwords/", {"name": "Old", "doors": ["pop3"], "pop3_keeps": "on"})
    kept = AppPassword.objects.get()
    assert kept.pop3_keeps
    page = web.get(SECURITY).content.decode()
    assert "What it deletes by POP3 stays here." in page
    keeping = f"{SECURITY}app-passwords/{kept.pk}/keeping/"
    assert keeping in page
    told = web.post(keeping, follow=True).content.decode()
    assert "What “Old” deletes goes to Trash from now on." in told
    assert not AppPassword.objects.get().pop3_keeps
    web.post(keeping, {"keeps": "1"})
    assert AppPassword.objects.get().pop3_keeps
    # Who fetches nothing by POP3 is not asked, and nobody changes what is another's.
    app_passwords.create(alice.user, "Phone", [Door.IMAP])
    app_passwords.create(bob.user, "Laptop", [Door.POP3])
    for other in AppPassword.objects.exclude(pk=kept.pk):
        assert web.post(f"{SECURITY}app-passwords/{other.pk}/keeping/", {"keeps": "1"}).status_code == 404
    assert AppPassword.objects.filter(pop3_keeps=True).count() == 1


def test_the_list_of_log_ins_tells_the_truth_page_by_page(web: Client, alice: Person) -> None:
    for number in range(8):
        credentials.authenticate(alice.address, "x", at(Door.POP3, f"192.0.2.{number}", "<b>fetchmail"))
    for number in range(46):
        credentials.authenticate(alice.address, PASSWORD, at(Door.IMAP, f"198.51.100.{number}"))
    first = web.get(f"{SECURITY}log-ins/").content.decode()
    more = re.search(r'href="(\?after=[^"]+)"', first)[1]
    second = web.get(f"{SECURITY}log-ins/{more}").content.decode()
    ips = re.findall(r'log-in-ip">([^<]+)<', first + second)
    imap, pop3 = [f"198.51.100.{n}" for n in range(45, -1, -1)], [f"192.0.2.{n}" for n in range(7, -1, -1)]
    assert ips == [*imap, *pop3, "127.0.0.1"]
    assert "&lt;b&gt;fetchmail" in second
    assert second.count("Wrong password") + first.count("Wrong password") == 8
    assert "by password" in second
    assert web.get(f"{SECURITY}log-ins/?after=nonsense").status_code == 200


def test_the_page_takes_a_fixed_number_of_statements(
    web: Client, alice: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            app_passwords.create(alice.user, f"Laptop {count}.{number}", [Door.IMAP])
            Passkey.objects.create(
                user=alice.user, name="Key", credential_id=f"{count}.{number}", credential=b""
            )
            credentials.authenticate(alice.address, PASSWORD, at(Door.IMAP, f"192.0.2.{number}"))
        phone_of(alice)

    fill(1)
    web.get(SECURITY)
    with django_assert_num_queries(8):
        web.get(SECURITY)
    fill(2)
    with django_assert_num_queries(8):
        web.get(SECURITY)


def test_what_is_anothers_can_not_be_taken_away(web: Client, bob: Person) -> None:
    app_passwords.create(bob.user, "Laptop", [Door.IMAP])
    passkey = Passkey.objects.create(user=bob.user, name="Key", credential_id="x", credential=b"")
    assert web.post(f"{SECURITY}app-passwords/{AppPassword.objects.get().pk}/revoke/").status_code == 404
    assert web.post(f"{SECURITY}passkeys/{passkey.pk}/remove/").status_code == 404
    assert AppPassword.objects.exists()
    assert Passkey.objects.exists()
