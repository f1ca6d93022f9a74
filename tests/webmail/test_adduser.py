"""`adduser` makes somebody who can sign in and receive mail."""

import io

import pytest
from django.core.management import CommandError, call_command

from webmail.models import Account, User

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "a long sentence of four\n"


def _add(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = SECRET) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(password))
    out = io.StringIO()
    call_command("adduser", *arguments, "--password-stdin", stdout=out)
    return out.getvalue()


def test_the_address_is_normalised_and_the_domain_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "eve@crepes.test can sign in" in _add(monkeypatch, "Eve@Crepes.test", "--superuser")
    account = Account.objects.get(address="eve@crepes.test")
    assert account.domain.name == "crepes.test"
    assert account.user.is_superuser
    assert account.user.check_password(SECRET.strip())


def test_an_address_that_exists_is_an_error_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    _add(monkeypatch, "eve@crepes.test")
    with pytest.raises(CommandError, match="exists already"):
        _add(monkeypatch, "eve@crepes.test")
    _add(monkeypatch, "eve@crepes.test", "--if-missing", password="")
    assert User.objects.count() == 1


@pytest.mark.parametrize(("address", "password"), [("no address", SECRET), ("eve@crepes.test", "short\n")])
def test_bad_addresses_and_short_passwords_make_nobody(
    monkeypatch: pytest.MonkeyPatch, address: str, password: str
) -> None:
    with pytest.raises(CommandError):
        _add(monkeypatch, address, password=password)
    assert not User.objects.exists()
