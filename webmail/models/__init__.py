"""The data model: fields, constraints and indexes, nothing else."""

from .account import (
    Account,
    Alias,
    Contact,
    Domain,
    Identity,
    PictureSender,
    ReadingPane,
    SenderCharset,
    User,
)
from .bulk import BulkAction, BulkState, Unit
from .device import PushDevice
from .mailbox import ExpungedMessage, Mailbox, MailboxMessage, Role, Shown, UndoableAction
from .message import Blob, BlobChunk, Message, Upload
from .outbound import DeliveryAttempt, OutboundMessage, OutboundRecipient, RecipientState
from .search import SavedSearch
from .sender import SenderChoice, Unsubscription, Verdict
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
    "PushDevice",
    "ReadingPane",
    "RecipientState",
    "Role",
    "SavedSearch",
    "SenderCharset",
    "SenderChoice",
    "Session",
    "Shown",
    "Thread",
    "ThreadReference",
    "UndoableAction",
    "Unit",
    "Unsubscription",
    "Upload",
    "User",
    "Verdict",
]
