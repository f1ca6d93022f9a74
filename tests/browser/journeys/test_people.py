"""The people one writes to: collected, found by pinyin, grouped, merged, taken out and brought in."""

from playwright.sync_api import Page, expect

from tests.people import Person
from webmail.models import Contact, OutboundRecipient

from .conftest import Tongue, address, send, write, writing


def tick(page: Page, *names: str) -> None:
    for name in names:
        page.locator(".contacts-line", has_text=name).get_by_role("checkbox").check()


def written_to(desk: Page, say: Tongue) -> None:
    """Write to two people; one of them is found by pinyin the next time."""
    window = writing(desk, say)
    address(window, say, "王小明 <carol@crepes.test>", "Bob Lee <bob@hamburger.test>")
    write(window, say, "Hello", "Hello.")
    send(window, say)
    window = writing(desk, say)
    field = address(window, say)
    field.press_sequentially("wxm")
    expect(desk.get_by_role("option", name="王小明")).to_be_visible()
    field.press("Enter")
    expect(window.locator(".recipient")).to_have_text(["王小明×"])
    window.get_by_role("button", name=say("Discard draft")).click()
    expect(window).to_have_count(0)


def grouped(desk: Page, say: Tongue, site: str) -> None:
    """Put who was collected into a group."""
    desk.goto(f"{site}/contacts/groups/new/")
    desk.get_by_label(say("Name")).fill("家人")
    desk.get_by_role("button", name=say("Create")).click()
    expect(desk.get_by_role("heading", name="家人", level=1)).to_be_visible()
    desk.goto(f"{site}/contacts/?show=collected")
    tick(desk, "王小明", "Bob Lee")
    desk.get_by_role("button", name=say("Add to group")).click()
    said = say.count("%(count)d added to %(name)s", "%(count)d added to %(name)s", 2, name="家人")
    expect(desk.locator("#toasts")).to_contain_text(said)


def merged(desk: Page, say: Tongue, site: str) -> None:
    """Write the same person down once more, and make one of the two."""
    desk.goto(f"{site}/contacts/new/")
    desk.get_by_label(say("Name")).fill("Bob Lee")
    desk.get_by_label(say("E-mail address"), exact=True).first.fill("bob@work.test")
    desk.get_by_role("button", name=say("Save")).click()
    desk.get_by_role("link", name=say("Duplicates")).click()
    desk.locator(".duplicate").get_by_role("button", name=say("Merge")).click()
    expect(desk.locator("#toasts")).to_contain_text(say("Contacts merged"))
    one = Contact.objects.get(name="Bob Lee")
    assert set(one.addresses.values_list("address", flat=True)) == {"bob@hamburger.test", "bob@work.test"}


def taken_out_and_brought_in(desk: Page, say: Tongue) -> None:
    """Export all, delete all, import all."""
    desk.get_by_role("link", name=say("Import and export")).click()
    with desk.expect_download() as download:
        desk.get_by_role("button", name=say("Export")).click()
    card = download.value.path().read_text()
    assert "王小明" in card
    assert "bob@work.test" in card
    desk.get_by_role("link", name=say("All contacts")).click()
    tick(desk, "王小明", "Bob Lee")
    desk.get_by_role("button", name=say("Delete")).click()
    expect(desk.locator(".contacts-line")).to_have_count(0)
    desk.get_by_role("link", name=say("Import and export")).click()
    file = {"name": "people.vcf", "mimeType": "text/vcard", "buffer": card.encode()}
    desk.get_by_label(say("A file with contacts")).set_input_files([file])
    desk.get_by_role("button", name=say("Import"), exact=True).click()
    expect(desk.locator(".contacts-line")).to_have_count(2)


def test_collected_grouped_merged_exported_and_brought_back(
    desk: Page, say: Tongue, alice: Person, carol: Person, site: str
) -> None:
    written_to(desk, say)
    grouped(desk, say, site)
    merged(desk, say, site)
    taken_out_and_brought_in(desk, say)
    # Who was brought back is in the group again.
    desk.goto(f"{site}/mail/inbox/")
    window = writing(desk, say)
    address(window, say).press_sequentially("jiaren")
    desk.get_by_role("option", name="家人").click()
    expect(window.locator(".recipient")).to_have_count(2)
    write(window, say, "Dinner", "At eight?")
    send(window, say)
    assert OutboundRecipient.objects.filter(address="carol@crepes.test").count() == 2
