"""winmail.dat: its files come out under their names, and broken ones do no harm."""

from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import content, tnef
from tests import parcels


def test_a_file_comes_out_with_its_long_name() -> None:
    raw, root = tnef.unpack(parcels.tnef("会议记录.txt", b"We met."))
    (child,) = root.children
    assert child.filename == "会议记录.txt"
    assert content.decoded(raw, child) == b"We met."
    assert content.display_parts(raw, root).attachments == ("1",)


def test_a_cut_off_one_gives_what_is_there() -> None:
    whole = parcels.tnef("a.txt", b"x" * 1000)
    raw, root = tnef.unpack(whole[:600])
    assert root.children[0].filename == "SHORT~1.TXT"
    assert 0 < len(raw) < 1000


def test_what_is_none_is_empty() -> None:
    assert tnef.unpack(b"no such thing")[1].children == ()


@given(st.binary(max_size=400))
def test_any_bytes_are_taken(data: bytes) -> None:
    whole = parcels.tnef("a.txt", b"x")
    for broken in (b"\x78\x9f\x3e\x22" + data, whole[:40] + data, whole + data):
        raw, root = tnef.unpack(broken)
        assert all(child.end <= len(raw) for child in root.children)


def test_a_property_that_counts_millions_costs_nothing() -> None:
    many = b"\x02\x10\x01\x00\xff\xff\xff\x7f" * 2000
    data = b"\x78\x9f\x3e\x22\0\0" + b"".join(
        b"\x02\x05\x90\x06\x00" + (len(many) + 4).to_bytes(4, "little") + b"\xff\xff\0\0" + many + b"\0\0"
        for _ in range(50)
    )
    assert tnef.unpack(data)[1].children == ()
