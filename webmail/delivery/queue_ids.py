"""Names of messages on their way, for our log and the peer's."""

import itertools
import os
import time

_serial = itertools.count()


def make() -> str:
    """Make one: it rises with time, and differs between processes."""
    return f"{time.time_ns() // 1000:x}-{os.getpid():x}-{next(_serial):x}"
