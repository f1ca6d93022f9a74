"""The harness, and a browser that finds every other host at a listener of ours."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType

from .harness import FLAGS, Harness
from .witness import Elsewhere


@pytest.fixture
def console() -> list[str]:
    """Nothing to see: a policy that stops things says so in the console."""
    return []


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """One server for all modes."""
    started = Harness(tmp_path_factory.mktemp("hostile"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """All other hosts."""
    listener = Elsewhere()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def shut_in(
    browser_type: BrowserType, browser_type_launch_args: dict, elsewhere: Elsewhere
) -> Iterator[Browser]:
    """A browser that can reach nothing but this machine."""
    browser = browser_type.launch(**browser_type_launch_args | {"args": [*FLAGS, elsewhere.rule]})
    yield browser
    browser.close()
