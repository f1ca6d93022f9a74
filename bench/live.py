"""What open windows cost while nothing happens: memory and CPU of the server for each.

    python -m bench.live [--windows 500] [--seconds 20] [--postgres URL --redis URL]

Starts a Postillion of its own as `make run` does, signs in, and holds so many connections to /live/, as so
many open pages do. Memory is what all of the server's processes hold more than before (resident, shared pages
counted once a process); CPU is what they use more than with no window, in a stretch of the same length.
"""

import argparse
import os
import socket
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from . import web_peer
from .figures import rounded, say, tree, tree_seconds
from .processes import end_as_interrupted
from .server import Database
from .web_session import WebSession

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_REST_SECONDS = 5


def _memory(pids: list[int]) -> int:
    """Resident bytes of these processes and their descendants."""
    pages = (Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in tree(pids))
    return sum(map(int, pages)) * _PAGE_BYTES


def _cpu(pids: list[int], seconds: float) -> float:
    """CPU seconds that they use in such a time."""
    before = tree_seconds(pids)
    time.sleep(seconds)
    return tree_seconds(pids) - before


def _window(site: str, session: WebSession) -> socket.socket:
    """Open the stream of a page, and wait for its first event."""
    address = urlsplit(site)
    window = socket.create_connection((address.hostname or "", address.port or 80), timeout=60)
    window.sendall(
        f"GET /live/ HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {session.cookies}\r\n\r\n".encode()
    )
    told = b""
    while b"data: " not in told:
        if not (more := window.recv(4096)):
            raise ConnectionError(f"the stream ended: {told[:100]!r}")
        told += more
    return window


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--windows", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--redis", default="", help="used with --postgres")
    return parser.parse_args()


def main() -> None:
    """Measure without and with windows."""
    options = _options()
    end_as_interrupted()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        database = stack.enter_context(Database(options.postgres)).url if options.postgres else ""
        site = web_peer.serve(stack, web_peer.filled(home, 100, database, options.redis))
        session = WebSession(site.site)
        session.sign_in(site.user, site.password)
        # The first one brings what is loaded once.
        _window(site.site, session).close()
        time.sleep(_REST_SECONDS)
        memory, idle = _memory(site.pids), _cpu(site.pids, options.seconds)
        windows = [stack.enter_context(_window(site.site, session)) for _ in range(options.windows)]
        time.sleep(_REST_SECONDS)
        kibibytes = (_memory(site.pids) - memory) / options.windows / 1024
        busy = _cpu(site.pids, options.seconds) - idle
    milliseconds = max(0.0, 1000 * busy / options.seconds / len(windows))
    say(
        {
            "windows": options.windows,
            "kib_each": rounded(kibibytes),
            "cpu_ms_per_s_each": rounded(milliseconds),
        }
        | {"idle_cpu_share": rounded(idle / options.seconds)},
        f"{options.windows} windows: {kibibytes:.1f} KiB and {milliseconds:.4f} ms of CPU a second each",
    )


if __name__ == "__main__":
    main()
