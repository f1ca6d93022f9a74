"""What the first visit fetches: few requests, few bytes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.mail import arrive_all, letter, new
from tests.people import Person
from webmail import assets
from webmail.store import mailboxes

MAX_REQUESTS = 10
MAX_BYTES = 150_000


@pytest.mark.skipif(assets.behaviours() != ("build/behaviours.js",), reason="make assets has not run")
@pytest.mark.parametrize("labels", [0, 500])
def test_the_first_page_is_few_requests_and_few_bytes(
    page: Page, site: str, sign_in: Callable, alice: Person, labels: int
) -> None:
    for number in range(labels):
        parent = f"Group {number // 50}/" if number % 50 else ""
        mailboxes.create(alice.account.pk, f"{parent}Label of some length {number}", color="teal")
    arrive_all([new(letter(f"Letter {number}", number=number), alice.account.pk) for number in range(60)])
    sign_in(page, alice)
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("request", note)
    with page.expect_response("**/live/"):
        page.goto(f"{site}/mail/inbox/")
    expect(page.locator("#rows > .row")).to_have_count(50)
    # The stream has no end, and so no size.
    sizes = {
        request.url: request.sizes()["responseBodySize"] for request in asked if "/live/" not in request.url
    }
    assert len(asked) <= MAX_REQUESTS, sizes
    assert sum(sizes.values()) <= MAX_BYTES, sizes
