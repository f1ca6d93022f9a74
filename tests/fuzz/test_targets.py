"""The targets on some inputs of their kind, the same ones in every run; `make fuzz` goes on from there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import strategies
from .targets import TARGETS

_INPUTS = {
    "fields": strategies.values() | strategies.headers() | st.binary(max_size=100),
    "addresses": strategies.address_lists() | st.binary(max_size=100),
    "html": strategies.pages(),
    "text": strategies.texts(),
    "files": strategies.values() | strategies.texts() | st.binary(max_size=300),
    "compose": st.binary(max_size=300),
    "smtp_receiver": strategies.dialogues(),
    "smtp_client": strategies.server_lines(),
    "pop3_dialogue": strategies.fetches(),
    "pop3_message": strategies.dotted(),
}
_EXAMPLES = {"html": 200, "text": 200, "compose": 200, "addresses": 200}


@pytest.mark.parametrize("name", TARGETS)
def test_target(name: str) -> None:
    """No input of its kind breaks a property."""

    @settings(derandomize=True, deadline=None, max_examples=_EXAMPLES.get(name, 50), database=None)
    @given(_INPUTS.get(name, strategies.messages()))
    def holds(data: bytes) -> None:
        TARGETS[name](data)

    holds()
