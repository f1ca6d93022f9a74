"""What mail programs are told that are not let in: the same words at every door."""

from typing import Final

from mailserver.sasl import Claim, Proof
from webmail.models import Outcome

_WORDS: Final = {
    Outcome.LIMITED: "Too many tries, wait a while",
    Outcome.APP_PASSWORD_NEEDED: "Make an app password on the web, and use that",
    Outcome.WRONG_SCOPE: "This app password is for something else",
    Outcome.INACTIVE: "This account is not active",
}
_WRONG: Final = "Name or password is wrong"
# Programs choose SCRAM by themselves, and their owners wonder why the password is wrong that opens elsewhere.
_NOT_PROVED: Final = "Name or app password is wrong; by SCRAM only app passwords open"


def denial(outcome: Outcome, claim: Claim) -> str:
    """Say why not."""
    if outcome == Outcome.WRONG and isinstance(claim, Proof):
        return _NOT_PROVED
    return _WORDS.get(outcome, _WRONG)
