"""Open external lists: python -m tests.browser.hostile FOLDER [MODE…], with a folder in it a list."""
# ruff: noqa: T201

import json
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM

from .harness import FLAGS, Harness, Reader
from .witness import Elsewhere


def main(folder: Path, modes: list[str]) -> int:
    """Print a line for each list and mode, and what every guilty vector did."""
    lists = {each.name: sorted(each.glob("*.html")) for each in sorted(folder.iterdir()) if each.is_dir()}
    elsewhere = Elsewhere()
    guilty_ones = 0
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        harness = Harness(Path(data))
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, elsewhere.rule])
            readers = {mode: Reader(harness, browser, mode, elsewhere) for mode in modes}
            for name, files in lists.items():
                vectors = [file.read_text(errors="replace") for file in files]
                for mode, reader in readers.items():
                    elsewhere.bare = 0
                    guilty = reader.guilty(vectors)
                    guilty_ones += len(guilty)
                    told = f"{len(vectors)} vectors, {len(guilty)} guilty, {elsewhere.bare} bare connections"
                    print(f"{name:20} {mode:14} {told}", flush=True)
                    for vector, did in guilty:
                        print("   ", json.dumps([vector[:400], did], ensure_ascii=False), flush=True)
            browser.close()
        finally:
            harness.close()
            elsewhere.close()
    return 1 if guilty_ones else 0


if __name__ == "__main__":
    chosen = sys.argv[2:] or ["as built", "sanitiser off", "frame off"]
    sys.exit(main(Path(sys.argv[1]), chosen))
