"""The data model: fields, constraints and indexes, nothing else."""

from .account import (
    Account,
    Alias,
    Domain,
    Identity,
    PictureSender,
    ReadingPane,
    SenderCharset,
    User,
)
from .bulk import BulkAction, BulkState, Unit
from .contact import Contact, ContactAddress, ContactGroup, ContactTerm
from .mail_import import ImportState, MailImport
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
    "ContactAddress",
    "ContactGroup",
    "ContactTerm",
    "DeliveryAttempt",
    "Domain",
    "ExpungedMessage",
    "Identity",
    "ImportState",
    "LoginFailures",
    "MailImport",
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
