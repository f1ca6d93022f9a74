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
from .template import Template
from .thread import MailboxThread, Thread, ThreadReference
from .upload import PartialUpload, UploadPiece

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
    "PartialUpload",
    "PictureSender",
    "ReadingPane",
    "RecipientState",
    "Role",
    "SavedSearch",
    "SenderCharset",
    "SenderChoice",
    "Session",
    "Shown",
    "Template",
    "Thread",
    "ThreadReference",
    "UndoableAction",
    "Unit",
    "Unsubscription",
    "Upload",
    "UploadPiece",
    "User",
    "Verdict",
]
