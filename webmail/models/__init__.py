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
from .mailbox import ExpungedMessage, Mailbox, MailboxMessage, Role, Shown, UndoableAction
from .message import Blob, BlobChunk, Message, Upload
from .outbound import DeliveryAttempt, OutboundMessage, OutboundRecipient, RecipientState
from .search import SavedSearch
from .sender import SenderChoice, Unsubscription, Verdict
from .session import LoginFailures, Session
from .spam import Said, SpamClue, SpamMark
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
    "ReadingPane",
    "RecipientState",
    "Role",
    "Said",
    "SavedSearch",
    "SenderCharset",
    "SenderChoice",
    "Session",
    "Shown",
    "SpamClue",
    "SpamMark",
    "Thread",
    "ThreadReference",
    "UndoableAction",
    "Unit",
    "Unsubscription",
    "Upload",
    "User",
    "Verdict",
]
