"""Fuzz the targets for a long time, guided by coverage (atheris; Linux on x86-64).

    python -m tests.fuzz.run --minutes 10 [--target html …] [--folder var/fuzz]

Each target runs in a process of its own, in turn, and goes on from the inputs it found worth keeping before
(`corpus/` in the folder). An input that breaks a property is kept in `crashers/`, once for each place that
breaks, and the target goes on; one that takes more than 20 seconds or a gigabyte ends its process. Ends with
status 1 when anything broke. `--again FILE --target NAME` tries a crasher again.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path

_ROUND_SECONDS = 120
_FLAGS = ("-timeout=20", "-rss_limit_mb=1024", "-max_len=8192", "-print_final_stats=1", "-reload=0")
_TARGETS = (
    "message", "structure", "fields", "addresses", "html", "text", "compose", "answer", "wire_form",
    "files", "smtp_receiver", "smtp_client",
)  # fmt: skip


def main() -> int:
    """Share the time among the targets; the exit status."""
    options = _options()
    if options.again:
        from .targets import TARGETS  # noqa: PLC0415

        TARGETS[options.target[0]](options.again.read_bytes())
        return 0
    if options.worker:
        return _work(options.target[0], options.folder, options.seconds)
    return _run(options.target or list(_TARGETS), options.folder, options.minutes * 60)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--folder", type=Path, default=Path("var/fuzz"))
    parser.add_argument("--target", action="append", choices=_TARGETS)
    parser.add_argument("--again", type=Path)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, default=60, help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(names: list[str], folder: Path, seconds: float) -> int:
    end = time.monotonic() + seconds
    share = int(max(5, min(_ROUND_SECONDS, seconds / len(names))))
    executions, coverage = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    while time.monotonic() < end:
        for name in names:
            done, covered = _round(name, folder, share)
            executions[name] += done
            coverage[name] = max(coverage[name], covered)
            print(f"{name:14} {executions[name]:>10,} executions {coverage[name]:>6,} edges", flush=True)
            if time.monotonic() >= end:
                break
    broken = sorted(path for path in (folder / "crashers").glob("*") if path.suffix != ".txt")
    for path in broken:
        print("broken:", path)
    return 1 if broken else 0


def _round(name: str, folder: Path, seconds: int) -> tuple[int, int]:
    """One process for one target; its executions, and the edges it knows of."""
    command = [sys.executable, "-m", "tests.fuzz.run", "--worker", "--target", name]
    command += ["--folder", str(folder), "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    log = done.stderr + done.stdout
    if done.returncode:
        (folder / "crashers").mkdir(parents=True, exist_ok=True)
        (folder / "crashers" / f"{name}-ended.txt").write_text(log[-20_000:])
        print(f"{name}: its process ended with {done.returncode}", file=sys.stderr)
    counts = [int(found) for found in re.findall(r"number_of_executed_units: (\d+)", log)]
    edges = [int(found) for found in re.findall(r" cov: (\d+)", log)]
    return sum(counts), max(edges, default=0)


def _work(name: str, folder: Path, seconds: int) -> int:
    import atheris  # noqa: PLC0415

    with atheris.instrument_imports(include=["mailserver"]):
        from . import seeds, targets  # noqa: PLC0415
    corpus, crashers = folder / "corpus" / name, folder / "crashers"
    for path in (corpus, crashers):
        path.mkdir(parents=True, exist_ok=True)
    for seed in seeds.MESSAGES:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = folder / "words"
    quoted = ("".join(f"\\x{byte:02x}" for byte in token) for token in seeds.TOKENS)
    words.write_text("".join(f'"{token}"\n' for token in quoted))

    def attempt(data: bytes) -> None:
        try:
            targets.TARGETS[name](data)
        except Exception as error:  # noqa: BLE001 - the outermost loop: whatever breaks is kept
            _keep(crashers, name, data, error)

    flags = [*_FLAGS, f"-max_total_time={seconds}", f"-dict={words}", f"-artifact_prefix={crashers}/{name}-"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], attempt)
    atheris.Fuzz()
    return 0


def _keep(crashers: Path, name: str, data: bytes, error: Exception) -> None:
    """Keep the shortest input for each place where something breaks, and how it broke."""
    lines = [f"{frame.name}:{frame.line}" for frame in traceback.extract_tb(error.__traceback__)[-2:]]
    place = hashlib.sha256("\n".join([type(error).__name__, *lines]).encode()).hexdigest()[:10]
    path = crashers / f"{name}-{place}"
    if not path.exists() or path.stat().st_size > len(data):
        path.write_bytes(data)
        path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)))


if __name__ == "__main__":
    sys.exit(main())
