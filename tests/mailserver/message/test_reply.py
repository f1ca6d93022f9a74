"""Replies and forwards: to whom, quoting what, hanging on what."""

from zoneinfo import ZoneInfo

import pytest

from mailserver.message import compose, content, parser, reply
from mailserver.message.compose import Attachment, Draft
from mailserver.message.digest import digest

OWN = {"bob@hamburger.test", "bob@xn--hmburger-0za.test"}
RAW = (
    "From: =?utf-8?b?54ix5Li95Lid?= <alice@crepes.test>\r\nTo: Bob <Bob@Hamburger.test>, carol@x.test\r\n"
    "Cc: dan@x.test, CAROL@x.test\r\nSubject: Dinner\r\nDate: Sun, 22 Nov 2026 20:52:51 +0100\r\n"
    "Message-ID: <m1@crepes.test>\r\nReferences: <m0@x.test>\r\n"
)


def answer(
    extra: str = "", body: str = "Come?\n> earlier\n", everybody: bool = False, raw: str = RAW
) -> Draft:
    message = f"{raw}{extra}\r\n{body}".encode()
    return reply.reply(message, parser.parse(message), OWN, everybody)


def specs(people: tuple[object, ...]) -> list[str]:
    return [person.spec for person in people]  # type: ignore[attr-defined]


def test_reply_goes_to_the_author() -> None:
    draft = answer()
    assert [str(person) for person in draft.to] == ["爱丽丝 <alice@crepes.test>"]
    assert draft.cc == ()
    assert specs(draft.from_) == ["Bob@Hamburger.test"]
    assert draft.subject == "Re: Dinner"
    assert (draft.in_reply_to, draft.references) == ("m1@crepes.test", ("m0@x.test", "m1@crepes.test"))


def test_reply_honours_reply_to() -> None:
    assert specs(answer("Reply-To: list@x.test\r\n").to) == ["list@x.test"]


def test_reply_all_names_nobody_twice_and_not_oneself() -> None:
    draft = answer(everybody=True)
    assert specs(draft.to) == ["alice@crepes.test", "carol@x.test"]
    assert specs(draft.cc) == ["dan@x.test"]


def test_reply_all_honours_mail_followup_to() -> None:
    draft = answer("Mail-Followup-To: list@x.test\r\n", everybody=True)
    assert (specs(draft.to), draft.cc) == (["list@x.test"], ())


def test_reply_to_a_mail_of_ones_own_goes_where_it_went() -> None:
    raw = "From: bob@hamburger.test\r\nTo: alice@crepes.test\r\nCc: dan@x.test\r\n"
    assert specs(answer(raw=raw).to) == ["alice@crepes.test"]
    draft = answer(raw=raw, everybody=True)
    assert (specs(draft.to), specs(draft.cc)) == (["alice@crepes.test"], ["dan@x.test"])
    assert specs(answer(raw="From: bob@hamburger.test\r\nTo: bob@hamburger.test\r\n").to) == [
        "bob@hamburger.test"
    ]


@pytest.mark.parametrize("subject", ["Re: x", "RE: x", "AW: x", "回复：x", "Re[2]: x"])
def test_one_re_is_enough(subject: str) -> None:
    assert answer(raw=f"Subject: {subject}\r\n".encode().decode()).subject == subject


def test_the_quote_in_text_and_html() -> None:
    draft = answer()
    assert draft.text == "\n\nOn 2026-11-22 20:52, 爱丽丝 <alice@crepes.test> wrote:\n> Come?\n>> earlier"
    assert draft.html is not None
    assert "爱丽丝 &lt;alice@crepes.test&gt; wrote:" in draft.html
    assert '<blockquote type="cite">' in draft.html


def test_the_date_is_told_by_the_clock_of_who_answers() -> None:
    raw = f"{RAW}\r\nCome?\n".encode()
    draft = reply.reply(raw, parser.parse(raw), OWN, all=False, zone=ZoneInfo("Asia/Shanghai"))
    assert (draft.text or "").startswith("\n\nOn 2026-11-23 03:52, ")


def test_the_answer_is_read_back_as_answer_and_quote() -> None:
    draft = answer()
    raw = compose.compose(Draft(to=draft.to, subject=draft.subject, text="Yes!" + (draft.text or "")))
    assert digest(raw).preview == "Yes!"
    assert digest(raw).base_subject == "dinner"


def with_files() -> bytes:
    return compose.compose(
        Draft(
            subject="Dinner",
            html='<p style="color:red">Menu</p><script>x</script><img src="cid:P@x">',
            attachments=(
                Attachment("p.png", "image/png", b"picture", "P@x", inline=True),
                Attachment("菜单.pdf", "application/pdf", b"%PDF"),
            ),
            message_id="m1@crepes.test",
        )
    )


def test_quoted_html_keeps_its_look_and_pictures() -> None:
    raw = with_files()
    draft = reply.reply(raw, parser.parse(raw), OWN, all=False)
    assert draft.html is not None
    assert "color:red" in draft.html
    assert "<script" not in draft.html
    assert 'src="cid:P@x"' in draft.html
    assert [(each.name, each.content_id, each.inline) for each in draft.attachments] == [
        ("p.png", "P@x", True)
    ]


def test_what_is_quoted_already_is_not_folded_in_an_answer() -> None:
    quoted = "<p>Yes.</p><div>On Monday Bob wrote:<blockquote type=cite><p>Soup?</p></blockquote></div>"
    raw = compose.compose(Draft(subject="Dinner", html=quoted))
    root = parser.parse(raw)
    for draft in (reply.reply(raw, root, OWN, all=False), reply.forward(raw, root)):
        assert draft.html is not None
        assert "Soup?" in draft.html
        assert "<details" not in draft.html
        assert "•••" not in draft.html


def test_forward_takes_the_files_along() -> None:
    raw = with_files()
    draft = reply.forward(raw, parser.parse(raw))
    assert draft.subject == "Fwd: Dinner"
    assert [(each.name, each.data) for each in draft.attachments] == [
        ("p.png", b"picture"),
        ("菜单.pdf", b"%PDF"),
    ]
    assert draft.references == ("m1@crepes.test",)
    assert "Forwarded message" in (draft.text or "")
    again = compose.compose(draft)
    shown = content.display_parts(again, parser.parse(again))
    assert len(shown.attachments) == 1
    assert list(shown.inline) == ["p@x"]


def test_references_are_bounded() -> None:
    many = " ".join(f"<{number}@x>" for number in range(200))
    draft = answer(raw=f"Message-ID: <me@x>\r\nReferences: {many}\r\n")
    assert len(draft.references) == 31
    assert (draft.references[0], draft.references[-1]) == ("0@x", "me@x")
