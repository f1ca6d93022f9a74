"""Giving memory back: what large buffers leave behind in the C library's heaps."""

import ctypes
import sys

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of <malloc.h>
_LARGE = 512 * 1024


def bound() -> None:
    """Let buffers from half a MiB on always come from the system, and go back to it when they are freed.

    Once one of 25 MB was freed, glibc would take all up to that size from the heap of the thread, and keep
    twice as much there for the next one, in each thread that ever had a long message. Other C libraries are
    left as they are.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_MMAP_THRESHOLD, _LARGE)
