"""The spam filter on screen: why a message is in Spam, and the page of what was learnt."""

import re

import pytest
from django.test import Client

from tests.mail import arrive, do, letter
from tests.people import Person
from webmail.models import Account, SpamClue
from webmail.store import spam_learning
from webmail.store.spam_marks import Reason
from webmail.views import clue_words

BY_WORDS = Reason("words", ("w:lottery", "s:prize", "u:prize.test", "h:shouts"))
BY_RSPAMD = Reason("rspamd", ("BAYES_SPAM", "RBL_SPAMHAUS_CSS", "SOMETHING_NEW"))


def text_of(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            BY_WORDS,
            "It looks like mail you reported as spam: “lottery”, “prize” in the subject, links to "
            "prize.test, a subject in capitals.",
        ),
        (
            BY_RSPAMD,
            "The spam filter of this server took it for spam: words as in spam, from a server that is "
            "known for spam, SOMETHING_NEW.",
        ),
        (Reason("words"), "It looks like mail you reported as spam."),
    ],
)
def test_the_reason_stands_above_the_message(web: Client, alice: Person, reason: Reason, said: str) -> None:
    added = arrive(alice.account.pk, letter("Prize"), role="junk", spam=reason)
    shown = text_of(web.get(f"/conversations/{added.thread_id}/?in=junk"))
    assert said in shown
    do("notjunk", alice.account.pk, [added.thread_id])
    assert "spam:" not in text_of(web.get(f"/conversations/{added.thread_id}/?in=inbox"))
    do("junk", alice.account.pk, [added.thread_id])
    again = text_of(web.get(f"/conversations/{added.thread_id}/?in=junk"))
    assert "You reported it, or moved it here." in again


def test_every_clue_has_words(alice: Person) -> None:
    arrive(alice.account.pk, letter())
    assert clue_words.of_clue("f:a@b.test") == "the sender a@b.test"
    assert clue_words.of_clue("h:program the bat") == "written with the bat"
    assert clue_words.of_clue("h:unheard-of") == "unheard-of"
    assert clue_words.of_clue("z:what") == "what"


def test_the_page_of_the_filter(web: Client, alice: Person, carol: Person) -> None:
    empty = text_of(web.get("/settings/spam/"))
    assert "0 messages as spam, 0 messages as wanted" in empty
    assert "before it has learnt 20 messages as spam and 60 as wanted" in empty
    for person in (alice, carol):
        added = [
            arrive(person.account.pk, letter(f"<b>Prize {n}</b>", "彩票中奖", number=n)).thread_id
            for n in range(3)
        ]
        do("junk", person.account.pk, added)
    spam_learning.carry_on()
    assert "prize subject 3" in (page := text_of(web.get("/settings/spam/")))
    assert "彩票 3" in page
    answer = web.post("/settings/spam/forget/", follow=True)
    token = re.search(r'action="(/undo/[^"]+)"', answer.content.decode())
    assert token
    assert "3 messages as spam" not in text_of(answer)
    assert not SpamClue.objects.filter(account=alice.account).exists()
    assert SpamClue.objects.filter(account=carol.account).exists()
    web.post(token[1])
    spam_learning.carry_on()
    assert "3 messages as spam" in text_of(web.get("/settings/spam/"))


def test_on_and_off(web: Client, alice: Person) -> None:
    assert "The spam filter is off." in text_of(web.post("/settings/spam/switch/", follow=True))
    assert not Account.objects.get(pk=alice.account.pk).filters_spam
    assert "The spam filter is on." in text_of(web.post("/settings/spam/switch/", {"on": "1"}, follow=True))
    assert "/settings/spam/" in web.get("/settings/").content.decode()
