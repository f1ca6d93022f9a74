"""Every page and every state of a page that a person meets, for the tests that look at all of them.

A new page is one line in SCENES: its address, with what World knows in it, and what is done there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from tests.browser.test_conversation import HTML, sent
from tests.contacts import know
from tests.mail import NOON, arrive, arrive_all, do, letter, new
from tests.parcels import HEAD, PDF, calendar, event, file, forwarded, multipart, part, png, text
from tests.people import Person
from webmail.delivery import outbox
from webmail.forms import LABEL_COLORS
from webmail.models import MailImport, Why
from webmail.store import (
    contact_groups,
    flags,
    forwarding,
    imports,
    mailboxes,
    rejects,
    rules,
    saved_searches,
    snooze,
    spam_learning,
)
from webmail.store.spam_marks import Reason

LONG = "A subject that goes on and on, so that no line of any screen can hold all of it at once " * 2
PARCEL = multipart(
    text("Look, https://example.org/a/rather/long/address?with=many&parts=in&it=all."),
    part(
        "text/calendar",
        calendar(*event("DTSTART:20261201T100000Z", "SUMMARY:Tasting", "ORGANIZER:mailto:bob@x.test")),
    ),
    file("evening.png", png(40, 30), "image/png"),
    file("notes.txt", "你好 <b>there</b>".encode(), "text/plain"),
    file("invoice.pdf", PDF, "application/pdf"),
    file("bob.vcf", b"BEGIN:VCARD\r\nFN:Bob\r\nTEL;TYPE=cell:+49 170\r\nEND:VCARD\r\n", "text/vcard"),
    file("offer.zip", b"PK\x03\x04", "application/zip"),
    file("invoice.pdf.exe", b"MZ\x90\0", "application/octet-stream"),
    forwarded(letter("Inside", "Words inside", number=77), "Content-Description: An offer"),
    head=HEAD,
)


@dataclass(frozen=True)
class World:
    """What the addresses of SCENES may name."""

    thread: int
    html: int
    parcel: int
    parcel_message: int
    long: int
    sent: int
    sent_message: int
    recipient: int
    label: int
    search: int
    spam: int
    person: int
    rule: int
    unanswered: int


def furnish(person: Person) -> World:
    """Fill a mailbox with one of everything."""
    account_id = person.account.pk
    arrive_all(
        [new(letter(f"Older {n}", number=200 + n), account_id, role="archive", minute=-n) for n in range(55)]
    )
    labels = [mailboxes.create(account_id, f"{name}", color=color)[0] for color, name in LABEL_COLORS]
    mailboxes.create(account_id, "Travel/Paris/Hotels", color="blue")
    long = [letter(LONG, "Words " * 40, number=1)]
    long += [letter(f"Re: {LONG}", f"Answer {n}", number=n, references=[1]) for n in range(2, 13)]
    seen = frozenset({"\\Seen"})
    talk, *_answers = [arrive(account_id, raw, minute=n, flags=seen) for n, raw in enumerate(long)]
    do("star", account_id, [talk.thread_id])
    for label in labels:
        do("label", account_id, [talk.thread_id], add=[label])
    html = arrive(account_id, HTML.encode(), minute=30)
    parcel = arrive(account_id, PARCEL, minute=31)
    text_only = arrive(
        account_id, letter("晚餐 🍲 مرحبا", "你好\r\n> quoted\r\n\r\n-- \r\nBob", number=50), minute=32
    )
    reason = Reason("words", ("w:lottery", "s:中奖", "u:prize.test", "h:html-only"))
    spam = arrive(account_id, letter("You won", number=60), role="junk", spam=reason)
    reported = [arrive(account_id, letter(f"彩票 {n}", f"Prize {n}", number=70 + n)) for n in range(2)]
    do("junk", account_id, [added.thread_id for added in reported])
    spam_learning.carry_on()
    recipient = sent(person)
    on_its_way = recipient.message.sent_message
    outbox.enter(account_id, [on_its_way.pk])
    rules.create(account_id, rules.Written(query="from:bob has:attachment", mailbox_id=labels[0], name="Bob"))
    asked = forwarding.ask(account_id, "me@else.test", ())
    forwarding.verify(asked.pk, asked.address)
    forwarding.ask(account_id, "you@else.test", ())
    raw = letter("Still waiting", number=90, sender="Alice <alice@crepes.test>")
    waiting = arrive(account_id, raw, minute=33, roles=("sent", "snoozed"), snoozed_until=NOON, flags=seen)
    snooze.wake()
    flags.set_flags(
        account_id, [text_only.message_id], add=frozenset({"\\Deleted"}), mailbox_id=person.mailbox("inbox")
    )
    _refuse(person)
    return World(
        thread=text_only.thread_id,
        unanswered=waiting.thread_id,
        spam=spam.thread_id,
        html=html.thread_id,
        parcel=parcel.thread_id,
        parcel_message=parcel.message_id,
        long=talk.thread_id,
        sent=on_its_way.thread_id,
        sent_message=on_its_way.pk,
        recipient=recipient.pk,
        label=labels[0],
        rule=rules.create(account_id, rules.Written(query="subject:x", trashes=True, enabled=False)),
        search=saved_searches.create(account_id, "Unpaid", "subject:invoice"),
        person=_people(account_id),
    )


def _refuse(person: Person) -> None:
    """Let something have been refused, with a long word in its header."""
    refused = rejects.Refused(
        why=Why.LATER,
        reply="451 4.7.1 You write for the first time, please try again in some minutes",
        ip="2001:db8:1234:5678:9abc:def0:1234:5678",
        mail_from="bounce@hamburger.test",
        recipients={person.account.pk: person.address},
        message_id="refused@hamburger.test",
        from_text="Bob <bob@hamburger.test>",
        subject=LONG,
        head=f"Subject: {LONG}\r\nX-Long: {'x' * 300}\r\n",
    )
    rejects.note([refused], timezone.now())


def _people(account_id: int) -> int:
    """Some contacts, one of them twice, in a group; and imports in every state."""
    group, _ = contact_groups.create(account_id, "家人 and friends with a long name")
    know(account_id, "Bob Lee", "bob@hamburger.test")
    know(account_id, "", f"news@{'long.' * 20}test", is_collected=True)
    more = {"phones": (("+49 170", "cell"),), "note": "Likes tea", "organisation": "ACME"}
    card = "BDAY:1980-01-02\nADR;TYPE=home:;;Main St 1;Berlin;;10115;DE"
    person = know(account_id, "Bob Lee", "bob@work.test", (NOON,), group_ids=(group,), card=card, **more)
    refused = {"refused": 9, "reasons": [["old.mbox #2", "is empty"]]}
    for state in ("done", "failed", "running"):
        row = imports.begin_server(account_id, "imap.example.org", 993, "bob", "secret")
        fields = {"state": state, "size": 900, "done": 300, "added": 291, "problem": "closed", **refused}
        MailImport.objects.filter(pk=row.pk).update(next_at=None, **fields)
    return person


# Animations that end have ended.
_RESTED = """() => Promise.allSettled(document.getAnimations()
  .filter((each) => each.effect.getTiming().iterations !== Infinity).map((each) => each.finished))"""

type Step = Callable[[Page], object]


@dataclass(frozen=True)
class Scene:
    """An address, the steps taken there, and whether a phone has it, too."""

    path: str
    steps: tuple[Step, ...]
    on_phone: bool

    def enter(self, page: Page, site: str, world: World) -> None:
        """Go there, and take the steps."""
        page.goto(site + self.path.format(**vars(world)))
        for step in self.steps:
            step(page)
        page.evaluate(_RESTED)


def click(selector: str) -> Step:
    return lambda page: page.locator(selector).first.click()


def press(*keys: str) -> Step:
    return lambda page: [page.keyboard.press(key) for key in keys]


def see(selector: str) -> Step:
    return lambda page: expect(page.locator(selector).first).to_be_visible()


def fill(selector: str, value: str) -> Step:
    return lambda page: page.locator(selector).fill(value)


def without_scripts(address: str) -> Step:
    """Send the list's form as a browser does by itself."""
    send = "(form, address) => { form.action = address; HTMLFormElement.prototype.submit.call(form); }"
    return lambda page: page.locator("#bulk").evaluate(send, address)


def at(path: str, *steps: Step, on_phone: bool = True) -> Scene:
    return Scene(path, steps, on_phone)


CHOOSE = click("#rows .row-check input")
EDITOR = see("compose-window .composer-editor")
INBOX = "/mail/inbox/"
MANY = "/mail/archive/"
TALK = "/conversations/{long}/?in=inbox"


def lose(page: Page) -> None:
    """Let the page believe that its network went, and a letter waits."""
    page.evaluate(
        """() => {
          dispatchEvent(new Event("offline"));
          document.dispatchEvent(new CustomEvent("postillion:waiting", { detail: 1 }));
        }"""
    )


SCENES: dict[str, Scene] = {
    "inbox": at(INBOX),
    # Told until it is read: before anything is done to it.
    "nobody answered": at("/conversations/{unanswered}/?in=inbox", see(".row-note")),
    "second page": at(MANY, click("#older"), see("#newer")),
    "selection": at(INBOX, CHOOSE, see("#selected-count, .has-selection")),
    "everything selected": at(
        MANY, click("#select-all"), click("[data-everything=on]"), see(".everything-all")
    ),
    "row with actions": at(INBOX, lambda page: page.locator("#rows > .row").nth(1).hover(), on_phone=False),
    "toast": at(INBOX, CHOOSE, click(".toolbar-some [formaction$='/read/']"), see(".toast")),
    "account menu": at(INBOX, click("#account-button"), see("#account-menu")),
    "select menu": at(INBOX, click("#select-button"), see("#select-menu"), on_phone=False),
    "move menu": at(INBOX, CHOOSE, click("#move-button"), see(".picker")),
    "label menu": at(
        INBOX, CHOOSE, click("#more-button"), click("#more-menu [data-pick=copy]"), see(".picker")
    ),
    "snooze menu": at(INBOX, CHOOSE, press("b"), see(".snooze-menu"), on_phone=False),
    "display menu": at(INBOX, click("#display-button"), see("#display-menu"), on_phone=False),
    "more menu": at(INBOX, CHOOSE, click("#more-button"), see("#more-menu")),
    "drawer": at(INBOX, click("#menu-button")),
    "starred": at("/mail/starred/"),
    "snoozed": at("/mail/snoozed/"),
    "sent": at("/mail/sent/"),
    **{f"empty {slug}": at(f"/mail/{slug}/") for slug in ("drafts", "trash")},
    "spam": at("/mail/junk/"),
    "all mail": at("/mail/all/"),
    "label": at("/mail/label-{label}/"),
    "new label": at(
        INBOX, click("#menu-button"), click("#nav .nav-heading a[data-dialog]"), see("dialog[open]")
    ),
    "edit label": at("/labels/{label}/"),
    "labels": at("/labels/"),
    "merge labels": at("/labels/{label}/merge/"),
    "shortcuts": at(INBOX, press("?"), see(".shortcuts[open]"), on_phone=False),
    "palette": at(INBOX, press("Control+k"), see(".palette[open]"), on_phone=False),
    "search box": at(INBOX, click("#search-input"), fill("#search-input", "has"), see(".search-list li")),
    "search results": at("/search/?q=Older"),
    "search error": at("/search/?q=before:yesterday+AND"),
    "search empty": at("/search/?q=nowhere"),
    "search nothing": at("/search/"),
    "search options": at(INBOX, click("#search-options"), see("dialog[open]")),
    "search options page": at("/search/options/"),
    "saved search": at("/mail/saved-{search}/"),
    "save search": at("/searches/new/?q=Older"),
    "conversation of text": at("/conversations/{thread}/?in=inbox"),
    "conversation of HTML": at(
        "/conversations/{html}/?in=inbox", see("letter-frame.is-shown"), see(".letter-bar")
    ),
    "conversation with files": at("/conversations/{parcel}/?in=inbox", see(".event")),
    "conversation of 12": at(TALK),
    "conversation of 12, unfolded": at(TALK, click(".message-fold summary")),
    "conversation in spam": at("/conversations/{spam}/?in=junk", see(".sender-note")),
    "message details": at("/conversations/{thread}/?in=inbox", click(".message-details summary")),
    "message menu": at(
        "/conversations/{thread}/?in=inbox", click(".message-head [popovertarget]"), see(".menu:popover-open")
    ),
    "conversation move menu": at(TALK, click("#conversation-move"), see(".picker")),
    "conversation menu": at(TALK, click("#conversation-more"), see(".menu:popover-open")),
    "one message": at("/messages/{parcel_message}/"),
    "trace": at("/conversations/{sent}/?in=sent", click(".lane-head"), see(".dialogue")),
    "dialogue": at("/messages/{sent_message}/trace/{recipient}/"),
    "explorer": at("/messages/{parcel_message}/parts/"),
    "explorer of text": at("/messages/{parcel_message}/parts/4/explore/", click(".read-again summary")),
    "source": at("/messages/{parcel_message}/source/"),
    "lightbox": at("/conversations/{parcel}/?in=inbox", click("a[data-view]"), see("dialog.lightbox")),
    "picture": at("/messages/{parcel_message}/parts/3/view/"),
    "text file": at("/messages/{parcel_message}/parts/4/view/"),
    "PDF": at("/messages/{parcel_message}/parts/5/view/"),
    "contact": at("/messages/{parcel_message}/parts/6/view/"),
    "no preview": at("/messages/{parcel_message}/parts/7/view/"),
    "disguised": at("/messages/{parcel_message}/parts/8/view/"),
    "event": at("/messages/{parcel_message}/parts/2/view/"),
    "enclosed message": at("/messages/{parcel_message}/parts/9/message/"),
    "compose page": at("/compose/", EDITOR),
    "compose reply": at("/compose/?reply={parcel_message}", EDITOR),
    "compose window": at(INBOX, click("a[data-compose]:visible"), EDITOR),
    "compose question": at(
        "/compose/?to=bob@hamburger.test", EDITOR, click(".composer-send"), see("dialog[open]")
    ),
    "compose notice": at("/compose/", EDITOR, click(".composer-send"), see("[data-notice]")),
    "compose recipients": at(
        "/compose/?to=bob@hamburger.test,wrong", EDITOR, click("[data-show-line=cc]"), see("[data-line=cc]")
    ),
    "this device": at("/settings/device/"),
    "offline": at("/offline/"),
    "not kept": at("/kept/shell/"),
    "offline line": at(INBOX, lose, see("#offline-line")),
    "compose send menu": at(
        "/compose/?reply={parcel_message}", EDITOR, click(".composer-later"), see(".send-menu:popover-open")
    ),
    "compose options": at(
        "/compose/", EDITOR, click("[id^=options-]"), see("[data-plain-text]"), click("[data-plain-text]")
    ),
    "scheduled": at("/mail/scheduled/"),
    "outbox": at("/mail/outbox/", see("#rows .row")),
    "marked as deleted": at(INBOX, see("#rows .row.is-deleted .row-note")),
    "marked as deleted, opened": at("/conversations/{thread}/?in=inbox", see(".badge")),
    "mail programs": at("/settings/programs/"),
    "identities": at("/settings/identities/"),
    "identity": at("/settings/identities/edit/", see("rich-text [data-editor]")),
    "templates": at("/settings/templates/"),
    "template": at("/settings/templates/new/", see("rich-text [data-editor]")),
    "settings": at("/settings/"),
    "setting reached": at("/settings/#undo_send_seconds"),
    "setting saved": at(
        "/settings/", click("#density label:last-child"), see("#density .setting-saved:not(:empty)")
    ),
    "settings found": at("/settings/", fill("#settings-search", "dark")),
    "security": at("/settings/security/"),
    "change password": at("/settings/security/password/?not-me=1"),
    "confirm": at("/settings/security/confirm/"),
    "log-ins": at("/settings/security/log-ins/"),
    "keys": at("/settings/keys/"),
    "spam filter": at("/settings/spam/"),
    "senders": at("/settings/senders/"),
    "refused mail": at("/settings/rejected/", click(".rejected-list summary")),
    "contacts": at("/contacts/", click(".contacts-check input"), see(".contacts-bulk-acts")),
    "contacts that were collected": at("/contacts/?show=collected"),
    "new contact": at("/contacts/new/"),
    "new group": at("/contacts/groups/new/"),
    "a person": at("/contacts/{person}/"),
    "edit a person": at("/contacts/{person}/edit/"),
    "contacts there twice": at("/contacts/duplicates/"),
    "contacts in files": at("/contacts/files/"),
    "data": at("/settings/data/"),
    "rules": at("/settings/rules/"),
    "rule": at("/settings/rules/{rule}/"),
    "rule from a message": at(
        "/conversations/{thread}/?in=inbox",
        click(".message-head [popovertarget]"),
        click(".menu:popover-open a[href*='rules/new']"),
        see("dialog[open]"),
    ),
    "rule refused": at(
        "/settings/rules/new/",
        fill("#id_words", "larger:x"),
        click(".rule-page .button-primary"),
        see("mark"),
    ),
    "rule tried out": at(
        "/settings/rules/new/?q=Older",
        click("[name=stars]"),
        click("[name=rehearse]"),
        see(".rehearsal li"),
    ),
    "sieve": at("/settings/rules/sieve/"),
    "vacation": at("/settings/vacation/"),
    "forwarding": at("/settings/forwarding/"),
    "why": at("/messages/{parcel_message}/why/"),
    "block a sender": at("/messages/{parcel_message}/block/"),
    "sweep": at("/sweep/?ids={thread}&in=inbox"),
    "empty the spam": at("/mail/junk/empty/"),
    "pick a time": at(INBOX, CHOOSE, without_scripts("/conversations/snooze/"), see(".snooze-page")),
    "no such page": at("/mail/nowhere/"),
}


def walk(page: Page, site: str, world: World, look: Callable[[Page], list[str]]) -> dict[str, list[str]]:
    """Go through all scenes; what a look finds wrong, by their names."""
    size = page.viewport_size
    page.set_default_timeout(5000)
    found = {}
    for name, scene in SCENES.items():
        if scene.on_phone or size["width"] > 800:
            page.set_viewport_size(size)
            try:
                scene.enter(page, site, world)
                found[name] = look(page)
            except (Error, AssertionError) as error:
                found[name] = [f"has no such scene: {error}"]
    page.goto("about:blank")
    return {name: wrong for name, wrong in found.items() if wrong}
