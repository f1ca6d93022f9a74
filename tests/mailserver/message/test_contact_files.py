"""Contacts in files: vCards that come back as they went, tables of other programs, odd ones too."""

import pytest

from mailserver.message import contact_table, contact_table_writer, vcard, vcard_writer
from mailserver.message.vcard import Contact, Field

BOB = Contact(
    name="Bob; \\ Lee, jr.",
    organisation="ACME, Ltd",
    phones=[Field("+49 170 1", ("cell",)), Field("030", ())],
    emails=[Field("bob@x.test", ("work",)), Field("bob@home.test", ("home",))],
    note="Line one\nline two; with, marks " + "and 很长的 words " * 20,
    groups=["Friends, old", "家人"],
    others=["BDAY:1980-01-02", "ADR;TYPE=home:;;Main St 1;Berlin;;10115;DE"],
)
WANG = Contact(name="王小明", emails=[Field("wang@x.test", ())])


@pytest.mark.parametrize("version", vcard_writer.VERSIONS)
def test_cards_come_back_as_they_went(version: str) -> None:
    data = b"".join(vcard_writer.write([BOB, WANG], version))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(f"VERSION:{version}".encode()) == 2
    bob, wang = vcard.read(data)
    assert (bob.name, bob.organisation, bob.groups) == (BOB.name, BOB.organisation, BOB.groups)
    assert (bob.note, bob.others) == (BOB.note.strip(), BOB.others)
    assert [one.value for one in bob.phones] == ["+49 170 1", "030"]
    assert [(one.value, one.kinds[-1]) for one in bob.emails] == [
        ("bob@x.test", "work"),
        ("bob@home.test", "home"),
    ]
    assert vcard.read(b"".join(vcard_writer.write([bob], version)))[0] == bob
    assert bob.birthday == "1980-01-02"
    assert wang.name == "王小明"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"BEGIN:VCARD\nFN:Bob", []),
        (b"BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nTEL:1\nEND:VCARD", [""]),
        (
            b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=CD=F5=C3=F7\r\nEND:VCARD",
            ["王明"],
        ),
        (b"begin:vcard\nitem1.FN:Bob\nitem1.X-ABLabel:_$!<Other>!$_\nend:vcard", ["Bob"]),
        (b"\xef\xbb\xbfBEGIN:VCARD\nN:Lee;Bob;;;\nNOTE:a\\nb\nFOO\n:::\nEND:VCARD", ["Bob Lee"]),
    ],
)
def test_odd_cards(data: bytes, expected: list[str]) -> None:
    found = vcard.read(data)
    assert [one.name for one in found] == expected
    assert len(vcard.read(b"".join(vcard_writer.write(found)))) == len(expected)


GOOGLE = (
    "First Name,Middle Name,Last Name,Organization Name,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value\r\n"
    'Bob,J.,Lee,ACME,"Two\nlines",Friends ::: * myContacts,* Work,'
    "bob@x.test ::: b@x.test,,bob@y.test,Mobile,+1 555\r\n"
    "小明,,王,,,,,wang@x.test,,,,\r\n,,,,,,,,,,,\r\n"
)
OLD_GOOGLE = (
    "Name,Given Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value\nBob Lee,Bob,Friends,Home,bob@x.test\n"
)
OUTLOOK = (
    '"First Name","Last Name","Company","E-mail Address","E-mail 2 Address","Mobile Phone","Categories"\r\n'
    '"Bob","Lee","ACME","bob@x.test","b@x.test","+1 555","Friends;Old"\r\n'
)
CHINESE = "姓名,邮件地址,手机,备注\r\n王小明,wang@x.test,13800000000,同事\r\n"


TWO = "bob@x.test b@x.test"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            GOOGLE.encode(),
            [("Bob J. Lee", f"{TWO} bob@y.test", "+1 555", "Friends"), ("王小明", "wang@x.test", "", "")],
        ),
        (OLD_GOOGLE.encode("utf-16"), [("Bob Lee", "bob@x.test", "", "Friends")]),
        (OUTLOOK.encode(), [("Bob Lee", TWO, "+1 555", "Friends,Old")]),
        (OUTLOOK.replace(",", ";").encode("cp1252"), [("Bob Lee", TWO, "+1 555", "Friends,Old")]),
        (CHINESE.encode("gbk"), [("王小明", "wang@x.test", "13800000000", "")]),
        (CHINESE.replace(",", "\t").encode("utf-8-sig"), [("王小明", "wang@x.test", "13800000000", "")]),
        (b'\x00\x01\xff,\n\n"', []),
        (b"a,b\n1,2\n", []),
        (b"", []),
    ],
)
def test_tables_of_other_programs(data: bytes, expected: list[object]) -> None:
    told = [
        (
            one.name,
            " ".join(each.value for each in one.emails),
            " ".join(each.value for each in one.phones),
            ",".join(one.groups),
        )
        for one in contact_table.read(data)
    ]
    assert told == expected


@pytest.mark.parametrize("style", ["google", "outlook"])
def test_a_table_comes_back_and_computes_nothing(style: str) -> None:
    evil = Contact(
        name="=HYPERLINK(1)", emails=[Field("eve@x.test", ())], phones=[Field("+49 1", ("cell",))], note="@x"
    )
    data = b"".join(contact_table_writer.write([evil, WANG], style))
    assert b"'=HYPERLINK" in data
    assert b"'+49" not in data
    eve, wang = contact_table.read(data)
    assert (eve.name, eve.note, eve.phones) == (evil.name, evil.note, evil.phones)
    assert (wang.name, wang.emails) == (WANG.name, WANG.emails)
