"""Where quotes begin and end in a plain text, wherever they stand in it."""

import pytest

from mailserver.message.quote import split

OWN = [f"A line of a letter that says {number}" for number in range(40)]
ATTRIBUTION = ["On Monday, 3 May 2026, Ana", "<ana@crepes.test>", "wrote:"]


def parts(lines: list[str]) -> list[tuple[bool, list[str]]]:
    return [tuple(segment) for segment in split("\n".join(lines))]


@pytest.mark.parametrize("own", [OWN[:1], OWN, [*OWN, ""]])
def test_an_attribution_over_three_lines_begins_a_quote_behind_any_letter(own: list[str]) -> None:
    quoted = [*ATTRIBUTION, "> What do you think?"]
    assert parts([*own, *quoted]) == [(False, own), (True, quoted)]


def test_what_is_empty_behind_a_quote_belongs_to_it_and_words_do_not() -> None:
    assert parts(["> Yes?", "", "", *OWN]) == [(True, ["> Yes?", "", ""]), (False, OWN)]


def test_a_signature_is_found_below_own_words_only() -> None:
    assert parts([*OWN, "-- ", "Ana"]) == [(False, OWN), (True, ["-- ", "Ana"])]
    assert parts(["", "-- ", "Ana"]) == [(False, ["", "-- ", "Ana"])]


@pytest.mark.parametrize("rule", ["-----Original Message-----", "---------- Forwarded message ---------"])
def test_a_rule_ends_own_words_and_what_is_forwarded_stays_open(rule: str) -> None:
    found = parts([*OWN, rule, "> Yes?"])
    assert found[-1][0] == ("Original" in rule)
    assert found[-1][1][-2:] == [rule, "> Yes?"]
