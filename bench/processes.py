"""Processes that a script starts and ends: only those, and by their pid."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOOPBACK = "127.0.0.1"


def end_as_interrupted() -> None:
    """Let SIGTERM end a script as Ctrl-C does: through its last words, which stop what it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class NotReadyError(Exception):
    """What was started did not begin to serve in time; the text says where to read why."""


def chromium() -> str | None:
    """Where a Chromium is: with windows if there is one, as people have it."""
    return shutil.which("chromium") or shutil.which("chromium-headless-shell")


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for_port(port: int, seconds: float = 60, hint: str = "") -> None:
    """Return when something on loopback accepts connections at `port`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise NotReadyError(f"nothing listens on {LOOPBACK}:{port} after {seconds:.0f} s {hint}")


def wait_until(done: Callable[[], bool], seconds: float, trouble: str, pause: float = 0.01) -> None:
    """Return once it is done; raises TimeoutError with these words after so many seconds."""
    deadline = time.perf_counter() + seconds
    while not done():
        if time.perf_counter() > deadline:
            raise TimeoutError(trouble)
        time.sleep(pause)


class Child:
    """One process in a session of its own, started in `folder`, its output in a log file."""

    def __init__(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self, seconds: float = 30) -> None:
        """End it as an operator would; what doesn't go within `seconds` is killed."""
        if not self.alive:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self._process.kill()
        self._process.wait()


def stop_by_pid_file(path: Path, seconds: float = 15) -> None:
    """End the daemon whose pid stands in `path`, if there is one, and wait until it has gone."""
    try:
        pid = int(path.read_text().split()[0])
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.05)
    except (OSError, ValueError, IndexError):
        return
