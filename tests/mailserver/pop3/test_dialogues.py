"""The written dialogues."""

import pytest

from tests import dialogue

from .memory import RunningServer


@pytest.mark.parametrize("name", dialogue.names("pop3_"))
def test_dialogue(name: str, server: RunningServer) -> None:
    dialogue.run(name, server.connect())
