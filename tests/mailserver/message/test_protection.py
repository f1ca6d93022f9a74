"""Signed and encrypted mail is named by its structure."""

import pytest

from mailserver.message import parser, protection
from tests.parcels import HEAD, multipart, part, text

KEY = part("application/pgp-encrypted", b"Version: 1", encoding="7bit")
SEALED = part("application/octet-stream", b"-----BEGIN PGP MESSAGE-----", encoding="7bit")
SIGNATURE = part("application/pkcs7-signature", b"0")


@pytest.mark.parametrize(
    ("raw", "method", "encrypted"),
    [
        (multipart(KEY, SEALED, kind="encrypted"), "PGP", True),
        (multipart(text("x"), SIGNATURE, kind="signed"), "S/MIME", False),
        (multipart(text("x"), part("application/pgp-signature", b"0"), kind="signed"), "PGP", False),
        (HEAD + part("application/pkcs7-mime; smime-type=enveloped-data", b"0"), "S/MIME", True),
        (HEAD + part("application/x-pkcs7-mime; smime-type=signed-data", b"0"), "S/MIME", False),
        (
            multipart(multipart(KEY, SEALED, kind="encrypted", boundary="i", head=b""), text("footer")),
            "PGP",
            True,
        ),
    ],
)
def test_the_structure_tells(raw: bytes, method: str, encrypted: bool) -> None:
    found = protection.of_tree(parser.parse(raw))
    assert found is not None
    assert (found.method, found.encrypted) == (method, encrypted)


def test_plain_mail_is_not_protected_and_armour_in_a_text_is() -> None:
    assert protection.of_tree(parser.parse(multipart(text("x"), SIGNATURE))) is None
    assert protection.of_text("See -----BEGIN PGP MESSAGE----- in the manual") is None
    found = protection.of_text("-----BEGIN PGP MESSAGE-----\nabc")
    assert found is not None
    assert found.encrypted
