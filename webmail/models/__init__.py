"""The data model: fields, constraints and indexes, nothing else."""

from .account import Account, Alias, Contact, Domain, Identity, PictureSender, SenderCharset, User
from .bulk import BulkAction, BulkState, Unit
from .mailbox import ExpungedMessage, Mailbox, MailboxMessage, Role, UndoableAction
from .message import Blob, BlobChunk, Message, Upload
from .outbound import DeliveryAttempt, OutboundMessage, OutboundRecipient, RecipientState
from .search import SavedSearch
from .session import LoginFailures, Session
from .thread import MailboxThread, Thread, ThreadReference

__all__ = [
    "Account",
    "Alias",
    "Blob",
    "BlobChunk",
    "BulkAction",
    "BulkState",
    "Contact",
    "DeliveryAttempt",
    "Domain",
    "ExpungedMessage",
    "Identity",
    "LoginFailures",
    "Mailbox",
    "MailboxMessage",
    "MailboxThread",
    "Message",
    "OutboundMessage",
    "OutboundRecipient",
    "PictureSender",
    "RecipientState",
    "Role",
    "SavedSearch",
    "SenderCharset",
    "Session",
    "Thread",
    "ThreadReference",
    "UndoableAction",
    "Unit",
    "Upload",
    "User",
]
