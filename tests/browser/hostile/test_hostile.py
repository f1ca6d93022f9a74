"""Hostile letters, opened: neither guard needs the other."""

import pytest
from playwright.sync_api import Browser

from .harness import Harness, Reader
from .vectors import VECTORS
from .witness import Elsewhere

WITHOUT_GUARDS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>parent.parent.document.body.dataset.mark = 1</script>'></iframe>",
    "<img src=http://evil.test/1>",
    "<style>@import '//evil.test/2';</style>",
]


def test_the_witness_sees_what_happens_without_guards(
    harness: Harness, shut_in: Browser, elsewhere: Elsewhere
) -> None:
    found = Reader(harness, shut_in, "both off", elsewhere).read(WITHOUT_GUARDS)
    assert [each for each in found if "dialog" in each] != []
    assert [each for each in found if each.startswith("change:")] != []
    for number in (1, 2):
        assert [each for each in found if f"http://evil.test/{number}" in each] != []


@pytest.mark.parametrize("mode", ["as built", "sanitiser off", "frame off"])
def test_nothing_runs_nothing_is_asked_and_the_page_stays(
    harness: Harness, shut_in: Browser, elsewhere: Elsewhere, mode: str
) -> None:
    elsewhere.bare = 0
    assert len(VECTORS) >= 100
    assert Reader(harness, shut_in, mode, elsewhere).guilty(VECTORS) == []
    # The frame alone can't keep <link rel=preconnect> from opening a connection, through which nothing goes.
    assert elsewhere.bare == 0 or mode == "sanitiser off"
