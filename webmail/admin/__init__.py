"""The administration: domains, people, mailboxes, the queue, and what is proven."""

from . import mail, people, proof, queue, transport

__all__ = ["mail", "people", "proof", "queue", "transport"]
