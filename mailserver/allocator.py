"""Giving memory back: what long messages leave behind in the heaps of the C library."""

import ctypes
import gc
import sys

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8  # M_… of <malloc.h>
_LARGE = 512 * 1024

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def bound() -> None:
    """Let large buffers come from the system, and go back to it when they are freed; the small from one heap.

    Once a buffer of 25 MB was freed, glibc would take all up to that size from the heap of the thread, and
    keep twice as much there, in each thread that ever had a long message. Other C libraries are left alone.
    """
    if mallopt := getattr(_libc, "mallopt", None):
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_ARENA_MAX, 1)


def trim() -> None:
    """Give back what is free between what is used, and what only cycles hold: after what leaves much.

    Tasks and futures of asyncio are such cycles, and hold a message until they are collected.
    """
    gc.collect()
    if malloc_trim := getattr(_libc, "malloc_trim", None):
        malloc_trim(0)
