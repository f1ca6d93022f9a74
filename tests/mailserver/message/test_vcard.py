"""Contact cards as people send them."""

from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import vcard


def card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode()


def test_the_fields_one_looks_for() -> None:
    (found,) = vcard.read(
        card(
            "VERSION:3.0",
            "N:Tanaka;Jun;;;",
            "FN:Jun Tanaka",
            "ORG:Crepes & Co;Kitchen",
            "item1.TEL;TYPE=CELL,VOICE:+49 170 1",
            'EMAIL;TYPE="work":jun@crepes.test',
            "ADR;TYPE=WORK:;;Quay Street 31;Hamburg;;20457;Germany",
            "NOTE:Allergic to\\nwalnuts\\, and",
            "  nothing else",
            "PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo=",
        )
    )
    assert (found.name, found.organisation) == ("Jun Tanaka", "Crepes & Co · Kitchen")
    assert found.phones == [vcard.Field("+49 170 1", ("cell", "voice"))]
    assert found.emails[0].value == "jun@crepes.test"
    assert found.addresses[0].value == "Quay Street 31, Hamburg, 20457, Germany"
    assert found.note == "Allergic to\nwalnuts, and nothing else"
    assert found.photo == b"\x89PNG\r\n\x1a\n"


def test_an_old_card_in_quoted_printable() -> None:
    (found,) = vcard.read(
        card("VERSION:2.1", "N;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=C0=EE;=\r\n=C0=D7", "TEL;CELL:139")
    )
    assert found.name == "雷 李"
    assert found.phones == [vcard.Field("139", ("cell",))]


def test_several_cards_and_their_limit() -> None:
    assert len(vcard.read(card("FN:A") * 200)) == vcard.MAX_CARDS
    assert vcard.read(b"x" * (vcard.MAX_BYTES + 1)) == []
    assert vcard.read(card("NOTE:nobody")) == []


def test_names_carry_no_marks_that_hide() -> None:
    (found,) = vcard.read(card("FN:Bob\u202e exe\u0007"))
    assert found.name == "Bob exe"


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    vcard.read(card("FN:x", text))
    vcard.read(text.encode("utf-8", "replace"))
