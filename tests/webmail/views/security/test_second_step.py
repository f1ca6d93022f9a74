"""The second page of signing in."""

import json
import re

from django.test import Client
from fido2.utils import websafe_encode

from tests.people import PASSWORD, Person
from tests.security import SECURITY, code, sign_in, with_app
from webmail.models import Domain, LogIn, RecoveryCode, Session
from webmail.store import second_factor
from webmail.views import entrance

STEP = "/sign-in/step/"


def is_in(client: Client) -> bool:
    return client.get("/mail/inbox/").status_code == 200


def outcomes(person: Person) -> list[tuple[str, str, int]]:
    rows = LogIn.objects.filter(user=person.user).order_by("pk")
    return [(row.outcome, row.means, row.count) for row in rows]


def test_a_password_alone_opens_nothing(client: Client, alice: Person) -> None:
    secret = with_app(alice)
    answer = sign_in(client, alice, next="/mail/sent/")
    assert answer["Location"] == STEP
    assert not is_in(client)
    half = client.session.session_key
    assert "Code of your authenticator app" in client.get(STEP).content.decode()
    assert client.post(STEP, {"code": "000000"}).status_code == 422
    assert not is_in(client)
    answer = client.post(STEP, {"code": code(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/mail/sent/")
    assert client.session.session_key != half
    assert not Session.objects.filter(session_key=half).exists()
    assert is_in(client)
    # The right password that led here is no line of its own any more.
    assert outcomes(alice) == [("wrong_step", "code", 1), ("accepted", "code", 1)]


def test_who_stops_half_way_is_on_the_list(client: Client, alice: Person) -> None:
    with_app(alice)
    sign_in(client, alice)
    assert outcomes(alice) == [("half_way", "password", 1)]


def test_a_code_was_used_up_by_signing_in(client: Client, alice: Person) -> None:
    secret = with_app(alice)
    used = code(secret)
    for expected in (302, 422):
        other = Client()
        sign_in(other, alice)
        assert other.post(STEP, {"code": used}).status_code == expected


def test_a_recovery_code_lets_in_once(client: Client, alice: Person) -> None:
    with_app(alice)
    recovery = second_factor.renew_recovery_codes(alice.user)[3]
    for expected in (302, 422):
        other = Client()
        sign_in(other, alice)
        assert other.post(STEP, {"code": recovery.replace("-", " ")}).status_code == expected
    assert RecoveryCode.objects.count() == 9


def test_codes_are_tried_ten_times_a_minute(client: Client, alice: Person) -> None:
    secret = with_app(alice)
    sign_in(client, alice)
    for _ in range(10):
        client.post(STEP, {"code": "123456"})
    answer = client.post(STEP, {"code": code(secret)})
    assert "Too many tries" in answer.content.decode()


def test_half_way_lasts_ten_minutes_and_not_beyond_a_new_password(
    client: Client, alice: Person, monkeypatch
) -> None:
    secret = with_app(alice)
    sign_in(client, alice)
    later = entrance.time() + 601
    monkeypatch.setattr(entrance, "time", lambda: later)
    assert client.post(STEP, {"code": code(secret)})["Location"] == "/sign-in/"
    sign_in(client, alice)
    alice.user.set_password("another one entirely")
    alice.user.save()
    assert client.post(STEP, {"code": code(secret)})["Location"] == "/sign-in/"
    assert Client().get(STEP)["Location"] == "/sign-in/"


def test_setting_up_an_app(web: Client, alice: Person) -> None:
    page = web.get(f"{SECURITY}code/").content.decode()
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    secret = shown[1].replace(" ", "")
    assert shown[0] in web.get(f"{SECURITY}code/").content.decode()
    assert web.post(f"{SECURITY}code/", {"code": "000000"}).status_code == 422
    assert not second_factor.is_on(alice.user)
    page = web.post(f"{SECURITY}code/", {"code": code(secret)}).content.decode()
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", page)
    assert len(codes) == 10
    assert codes[0] in page.split("data:text/plain")[1]
    assert second_factor.use(alice.user, codes[0]) == "recovery_code"
    assert codes[1] not in web.get(f"{SECURITY}recovery-codes/").content.decode()
    web.post(f"{SECURITY}code/off/")
    assert not second_factor.is_on(alice.user)


def test_what_keeps_the_account_asks_for_the_password_again(web: Client, alice: Person, monkeypatch) -> None:
    later = entrance.time() + 15 * 60
    monkeypatch.setattr(entrance, "time", lambda: later)
    for path in ("code/", "recovery-codes/", "app-passwords/"):
        assert (
            web.get(SECURITY + path)["Location"]
            == f"{SECURITY}confirm/?next=%2Fsettings%2Fsecurity%2F{path[:-1]}%2F"
        )
    for path in (
        "code/off/",
        "passkeys/begin/",
        "passkeys/",
        "app-passwords/1/revoke/",
        "passkeys/1/remove/",
    ):
        assert web.post(SECURITY + path)["Location"].startswith(f"{SECURITY}confirm/")
    asked = {"next": f"{SECURITY}code/"}
    assert web.post(f"{SECURITY}confirm/", asked | {"password": "wrong"}).status_code == 422
    assert web.post(f"{SECURITY}confirm/", asked | {"password": PASSWORD})["Location"] == f"{SECURITY}code/"
    assert web.get(f"{SECURITY}code/").status_code == 200
    assert ("wrong", "password", 1) in outcomes(alice)


def test_who_must_set_up_a_second_step_is_led_there(client: Client, alice: Person, bob: Person) -> None:
    Domain.objects.filter(name="crepes.test").update(needs_second_factor=True)
    sign_in(client, alice)
    assert client.get("/mail/inbox/")["Location"] == f"{SECURITY}code/"
    assert client.get("/admin/")["Location"] == f"{SECURITY}code/"
    asked = client.get("/changes/?since=1", headers={"Accept": "application/json"})
    assert asked["HX-Redirect"] == f"{SECURITY}code/"
    page = client.get(f"{SECURITY}code/").content.decode()
    assert "Your administration asks" in page
    assert 'id="sidebar"' not in page
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    assert client.post(f"{SECURITY}code/", {"code": code(secret)}).status_code == 200
    assert is_in(client)
    other = Client()
    sign_in(other, bob)
    assert is_in(other)


def test_a_person_without_mail_can_set_it_up_too(client: Client, alice: Person) -> None:
    alice.account.is_active = False
    alice.account.save()
    alice.user.needs_second_factor = True
    alice.user.save()
    sign_in(client, alice)
    assert client.get(f"{SECURITY}code/").status_code == 200


def test_asking_for_a_passkey_leaves_nothing_behind(client: Client, db: None) -> None:
    options = client.post("/sign-in/passkey/begin/").json()
    assert (options["userVerification"], options.get("allowCredentials")) == ("required", None)
    for answer in ("", "{}", '{"rawId":"eA","response":{},"type":"public-key"}', "x" * 70_000, "[" * 60_000):
        assert client.post("/sign-in/passkey/", {"answer": answer}).status_code == 422
    assert not Session.objects.exists()


def test_a_passkey_of_a_strangers_making_is_refused(web: Client) -> None:
    key = {"id": "eA", "rawId": "eA", "type": "public-key", "clientExtensionResults": {}}
    deep = websafe_encode(b"\x81" * 40_000)
    for attestation in (deep, "", 5, websafe_encode(b"\xa0")):
        web.post(f"{SECURITY}passkeys/begin/")
        made = key | {"response": {"clientDataJSON": websafe_encode(b"{}"), "attestationObject": attestation}}
        answer = web.post(f"{SECURITY}passkeys/", {"answer": json.dumps(made)})
        assert answer.status_code == 422


def test_who_takes_the_second_step_away_where_it_is_required_is_led_back(web: Client, alice: Person) -> None:
    with_app(alice)
    alice.user.needs_second_factor = True
    alice.user.save()
    assert is_in(web)
    web.post(f"{SECURITY}code/off/")
    assert web.get("/mail/inbox/")["Location"] == f"{SECURITY}code/"
