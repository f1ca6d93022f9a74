"""Files of a message: what is listed, looked at in place, saved, and warned of."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from tests import parcels
from tests.mail import arrive
from tests.parcels import PDF, PROGRAM, calendar, event, file, multipart, part, png, text, wav
from tests.people import Person


@pytest.fixture
def open_message(web: Client, alice: Person) -> Callable[..., int]:
    """Bring a message of these parts, a text in front; its id. Its files are the sections from 2 on."""

    def bring(*parts: bytes, kind: str = "mixed") -> int:
        return arrive(alice.account.pk, multipart(text("Here."), *parts, kind=kind)).message_id

    return bring


def page_of(web: Client, message_id: int) -> str:
    return web.get(f"/messages/{message_id}/", headers={"HX-Request": "true"}).content.decode()


def test_the_list_names_each_file_in_words(web: Client, open_message: Callable[..., int]) -> None:
    key = open_message(
        file("evening.png", png(), "image/png"),
        part("application/pdf; name*=utf-8''%E5%8F%91%E7%A5%A8.pdf", PDF, "Content-Disposition: attachment"),
        part('text/plain; name="=?gbk?B?y7XD9y50eHQ=?="', b"x", "Content-Disposition: attachment"),
        file("../../invoice.pdf.exe", PROGRAM),
    )
    page = page_of(web, key)
    assert f'src="/messages/{key}/parts/2/?show=1&amp;thumb=1"' in page
    assert "PDF document" in page
    for name in ("evening.png", "发票.pdf", "说明.txt", ">invoice.pdf.exe<"):
        assert name in page
    assert "Its name pretends: “.pdf” is followed by “.exe”" in page


def test_listing_files_reads_none_of_them(
    web: Client, open_message: Callable[..., int], django_assert_max_num_queries
) -> None:
    few = open_message(file("a.png", png(), "image/png"))
    many = open_message(*(file(f"{n}.pdf", PDF, "application/pdf") for n in range(20)), calendar(*event()))
    page_of(web, few)
    for key in (few, many):
        with django_assert_max_num_queries(5):
            page_of(web, key)


@pytest.mark.parametrize(
    ("part_", "look"),
    [
        (file("a.png", png(), "image/png"), 'class="viewer-picture"'),
        (file("a.pdf", PDF, "application/pdf"), 'class="viewer-pdf"'),
        (file("a.wav", wav(), "audio/x-wav"), "<audio"),
        (file("a.mp4", b"\0\0\0\x20ftypisom" + b"\0" * 50, "video/mp4"), "<video"),
        (file("a.png", PDF, "image/png"), 'class="viewer-pdf"'),
        (file("a.csv", "名,数\n".encode(), "text/csv"), "名,数"),
        (file("a.html", b"<script>alert(1)</script>", "text/html"), "&lt;script&gt;"),
        (file("a.svg", b"<svg onload=alert(1)>", "image/svg+xml"), "&lt;svg onload"),
        (file("a.png", b"<script>alert(1)</script>", "image/png"), "by its bytes “Web page”"),
        (file("a.bin", b"\x93\x01\x02\x00binary", "image/png"), "There is no preview"),
    ],
)
def test_a_file_is_shown_by_its_bytes(
    web: Client, open_message: Callable[..., int], part_: bytes, look: str
) -> None:
    key = open_message(part_)
    answer = web.get(f"/messages/{key}/parts/2/view/")
    assert answer.status_code == 200
    assert look in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("data", [b"<script>alert(1)</script>", b"<svg onload=alert(1)>", PROGRAM, b"plain"])
@pytest.mark.parametrize("declared", ["image/png", "image/svg+xml", "text/html", "application/pdf"])
def test_nothing_unsafe_is_given_inline(
    web: Client, open_message: Callable[..., int], data: bytes, declared: str
) -> None:
    key = open_message(file("a.png", data, declared))
    assert web.get(f"/messages/{key}/parts/2/?show=1").status_code == 404
    assert web.get(f"/messages/{key}/parts/2/?show=1&thumb=1").status_code == 204
    saved = web.get(f"/messages/{key}/parts/2/?sure=1")
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment;")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in saved["Content-Security-Policy"]
    assert saved.content == data


def test_what_is_shown_is_guarded(web: Client, open_message: Callable[..., int]) -> None:
    key = open_message(file("a.txt", png()), file("b.txt", PDF))
    picture, document = (web.get(f"/messages/{key}/parts/{n}/?show=1") for n in (2, 3))
    assert picture["Content-Type"] == "image/png"
    assert "sandbox" in picture["Content-Security-Policy"]
    assert document["Content-Type"] == "application/pdf"
    for answer in (picture, document):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "script-src" not in answer["Content-Security-Policy"]


def test_a_player_gets_the_range_it_asks_for(web: Client, open_message: Callable[..., int]) -> None:
    sound = wav()
    url = f"/messages/{open_message(file('a.wav', sound))}/parts/2/?show=1"
    whole = web.get(url)
    assert (whole.status_code, whole["Accept-Ranges"]) == (200, "bytes")
    piece = web.get(url, headers={"Range": "bytes=10-19"})
    assert (piece.status_code, piece.content) == (206, sound[10:20])
    assert piece["Content-Range"] == f"bytes 10-19/{len(sound)}"
    assert web.get(url, headers={"Range": "bytes=-5"}).content == sound[-5:]
    assert web.get(url, headers={"Range": f"bytes={len(sound)}-"}).status_code == 416
    assert web.get(url, headers={"Range": "bytes=0-1,5-6"}).status_code == 200


def test_a_program_under_a_harmless_name_is_given_after_a_warning(
    web: Client, open_message: Callable[..., int]
) -> None:
    key = open_message(file("statement.pdf", PROGRAM, "application/pdf"), file("a.pdf.exe", b"x"))
    for section in ("2", "3"):
        answer = web.get(f"/messages/{key}/parts/{section}/")
        assert answer["Location"] == f"/messages/{key}/parts/{section}/view/"
        page = web.get(answer["Location"]).content.decode()
        assert f"/messages/{key}/parts/{section}/?sure=1" in page
    page = web.get(f"/messages/{key}/parts/2/view/").content.decode()
    assert "By its name it is “PDF document”, by its bytes “Windows program”. Don’t open it." in page
    assert web.get(f"/messages/{key}/parts/2/?sure=1").content == PROGRAM


def test_an_honest_program_needs_no_second_click(web: Client, open_message: Callable[..., int]) -> None:
    key = open_message(file("setup.exe", PROGRAM), part("application/octet-stream", PROGRAM))
    assert web.get(f"/messages/{key}/parts/2/").content == PROGRAM
    assert web.get(f"/messages/{key}/parts/3/").content == PROGRAM


@pytest.mark.parametrize(
    ("disposition", "saved"),
    [
        ("attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8%2Epdf", "%E5%8F%91%E7%A5%A8.pdf"),
        ("attachment; filename*0*=utf-8''%E5%8F; filename*1*=%91.txt", "%E5%8F%91.txt"),
        ('attachment; filename="=?utf-8?B?5Y+R56WoLnBkZg==?="', "%E5%8F%91%E7%A5%A8.pdf"),
        ('attachment; filename="..\\\\..\\\\win.ini"', "win.ini"),
        ('attachment; filename="CON.txt"', "_CON.txt"),
        ("attachment; filename*=utf-8''a%E2%80%AEfdp.exe", "afdp.exe"),
        ("attachment; filename*=utf-8''a%0D%0AX-Evil:%201.txt", "aX-Evil_%201.txt"),
        ("attachment", "part-2.octet-stream"),
    ],
)
def test_a_file_is_saved_under_its_right_name(
    web: Client, open_message: Callable[..., int], disposition: str, saved: str
) -> None:
    key = open_message(part("application/octet-stream", b"x", f"Content-Disposition: {disposition}"))
    answer = web.get(f"/messages/{key}/parts/2/")
    assert answer["Content-Disposition"].endswith(f"filename*=UTF-8''{saved}")


def test_all_files_come_in_one_archive_and_doubles_keep_apart(
    web: Client, open_message: Callable[..., int]
) -> None:
    key = open_message(file("a.txt", b"one"), file("A.txt", b"two"), file("../a.txt", b"three"))
    answer = web.get(f"/messages/{key}/attachments.zip")
    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="Files.zip"')
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert packed.namelist() == ["a.txt", "A (2).txt", "a (3).txt"]
    assert packed.read("a (3).txt") == b"three"


def test_text_is_read_in_its_charset(web: Client, open_message: Callable[..., int]) -> None:
    words = "这是一个说明文件。"
    key = open_message(
        part(
            "text/plain; charset=gb2312",
            words.encode("gbk"),
            "Content-Disposition: attachment; filename=a.txt",
        )
    )
    page = web.get(f"/messages/{key}/parts/2/view/").content.decode()
    assert words in page
    assert "gb18030" in page


def test_a_huge_text_is_cut_on_its_page(web: Client, open_message: Callable[..., int]) -> None:
    key = open_message(file("a.txt", b"word " * 400_000, "text/plain"))
    answer = web.get(f"/messages/{key}/parts/2/view/")
    assert len(answer.content) < 300_000
    assert "Only the beginning is shown" in answer.content.decode()


def test_the_files_lead_to_their_neighbours(web: Client, open_message: Callable[..., int]) -> None:
    key = open_message(
        file("a.txt", b"1"), file("b.zip", b"PK\x03\x04"), file("c.txt", b"3"), file("d.txt", b"4")
    )
    page = web.get(f"/messages/{key}/parts/4/view/").content.decode()
    assert "2 of 3" in page
    assert f'rel="prev" href="/messages/{key}/parts/2/view/"' in page
    assert f'rel="next" href="/messages/{key}/parts/5/view/"' in page


INVITATION = calendar(
    *event(
        "SUMMARY:Stand-up <b>now</b>",
        "DTSTART;TZID=Pacific Standard Time:20261203T100000",
        "DTEND;TZID=Pacific Standard Time:20261203T113000",
        "LOCATION:Quay Street 31",
        "URL:javascript:alert(1)",
        "ORGANIZER;CN=Bob Burger:mailto:bob@hamburger.test",
        "ATTENDEE;CN=Carol;PARTSTAT=DECLINED:mailto:carol@crepes.test",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270301T000000Z",
    )
)


def test_an_invitation_is_a_card_in_the_zone_of_its_reader(
    web: Client, open_message: Callable[..., int], alice: Person
) -> None:
    alice.user.time_zone = "Europe/Berlin"
    alice.user.save()
    key = open_message(part("text/calendar; method=REQUEST", INVITATION), file("invite.ics", INVITATION))
    assert page_of(web, key).count('class="message-event"') == 1
    card = web.get(f"/messages/{key}/parts/2/view/").content.decode()
    for words in (
        "Invitation",
        "Stand-up &lt;b&gt;now&lt;/b&gt;",
        "Thursday, December 3, 2026, 19:00–20:30",
        "Thursday, December 3, 2026, 10:00–11:30 in the sender’s time zone, America/Los Angeles",
        "Every week on Monday, Wednesday, until Mar 1, 2027",
        "Quay Street 31",
        "Bob Burger",
        "declined",
    ):
        assert words in card
    assert "javascript:" not in card


@pytest.mark.parametrize(
    ("method", "lines", "words"),
    [
        ("CANCEL", ["SUMMARY:x"], "Cancelled"),
        ("REPLY", ["ATTENDEE;CN=Carol;PARTSTAT=ACCEPTED:mailto:c@x.test"], "Carol has accepted"),
        (
            "PUBLISH",
            ["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261206"],
            "December 5, 2026, all day",
        ),
        ("PUBLISH", ["DTSTART:20261205T090000"], "names no time zone"),
        ("REQUEST", ["RRULE:FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2"], "Every 2 months on the last Friday"),
        ("REQUEST", ["RRULE:FREQ=YEARLY;COUNT=3"], "Every year, 3 times"),
    ],
)
def test_what_a_calendar_file_is_about(
    web: Client, open_message: Callable[..., int], method: str, lines: list[str], words: str
) -> None:
    key = open_message(part("text/calendar", calendar(*event(*lines), method=method)))
    assert words in web.get(f"/messages/{key}/parts/2/view/").content.decode()


def test_a_calendar_file_that_is_none_is_shown_as_text(web: Client, open_message: Callable[..., int]) -> None:
    key = open_message(part("text/calendar", b"BEGIN:VCALENDAR\r\nBEGIN:NONSENSE\r\n"))
    assert "BEGIN:NONSENSE" in web.get(f"/messages/{key}/parts/2/view/").content.decode()


def test_a_contact_is_a_card(web: Client, open_message: Callable[..., int]) -> None:
    data = b"BEGIN:VCARD\r\nFN:Jun <Tanaka>\r\nTEL;TYPE=cell:+49 170\r\nURL:javascript:x\r\nEND:VCARD\r\n"
    key = open_message(part("text/vcard", data))
    card = web.get(f"/messages/{key}/parts/2/view/").content.decode()
    assert "Jun &lt;Tanaka&gt;" in card
    assert "+49 170" in card
    assert 'href="javascript' not in card


def test_protected_mail_is_named_for_what_it_is(web: Client, alice: Person) -> None:
    key = part("application/pgp-encrypted", b"Version: 1", encoding="7bit")
    sealed = part('application/octet-stream; name="encrypted.asc"', b"-----BEGIN PGP MESSAGE-----")
    added = arrive(alice.account.pk, multipart(key, sealed, kind="encrypted"))
    page = page_of(web, added.message_id)
    assert "Encrypted with PGP. Open it in a mail program that has your key." in page
    assert f"/messages/{added.message_id}/message.eml" in page
    assert "encrypted.asc" in page
    assert "pgp-encrypted" not in page
    signature = part(
        "application/pkcs7-signature", b"0", "Content-Disposition: attachment; filename=smime.p7s"
    )
    added = arrive(alice.account.pk, multipart(text("Words"), signature, kind="signed"))
    page = page_of(web, added.message_id)
    assert "Signed with S/MIME: not checked." in page
    assert "S/MIME signature" in page


def test_winmail_dat_is_opened(web: Client, open_message: Callable[..., int]) -> None:
    key = open_message(file("winmail.dat", parcels.tnef("会议记录.txt", b"We met."), "application/ms-tnef"))
    assert f'href="/messages/{key}/parts/2/message/"' in page_of(web, key)
    page = web.get(f"/messages/{key}/parts/2/message/").content.decode()
    assert "会议记录.txt" in page
    assert f"/messages/{key}/parts/2-1/view/" in page
    assert web.get(f"/messages/{key}/parts/2-1/").content == b"We met."
    packed = web.get(f"/messages/{key}/parts/2/attachments.zip")
    assert zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))).namelist() == ["会议记录.txt"]
