"""Write the test messages anew.

    python -m tests.corpus.generate [FOLDER]      with a folder: as .eml files, there

They are kept in messages/, one a line: `raw` is JSON text in which each character is the byte of its number.
What should be read of each stands beside it, said by who wrote the family and by no parser.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from .case import Case, restored
from .families import (
    addresses,
    broken,
    charsets,
    flowed,
    headers,
    htmls,
    misdeclared,
    names,
    replies,
    structures,
    transfer,
)

SEED = 2026
MESSAGES = Path(__file__).with_name("messages")
FAMILIES = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        charsets,
        misdeclared,
        headers,
        addresses,
        names,
        structures,
        broken,
        transfer,
        flowed,
        htmls,
        replies,
    )
}


def generated(family: str) -> list[Case]:
    """The cases of a family, made now."""
    return list(FAMILIES[family].cases(SEED))


def stored() -> Iterator[Case]:
    """The cases as they are kept."""
    for path in sorted(MESSAGES.glob("*.jsonl")):
        yield from (restored(json.loads(line)) for line in path.read_text("ascii").splitlines())


def lines(family: str) -> str:
    """What the file of a family holds."""
    return "".join(json.dumps(case.row(), sort_keys=True) + "\n" for case in generated(family))


def main() -> None:
    """Write messages/, or .eml files."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        for number, case in enumerate(stored()):
            (folder / f"{number:04}.eml").write_bytes(case.raw)
        return
    MESSAGES.mkdir(exist_ok=True)
    for family in FAMILIES:
        (MESSAGES / f"{family}.jsonl").write_text(lines(family), "ascii")


if __name__ == "__main__":
    main()
