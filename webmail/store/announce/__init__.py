"""Tell open pages and sessions that an account changed, and wait to be told."""

from .publisher import doors_of, publish
from .watcher import Watcher

__all__ = ["Watcher", "doors_of", "publish"]
