"""The administration: domains, people, mailboxes and the queue."""

from . import mail, people, queue

__all__ = ["mail", "people", "queue"]
