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
from .credential import AppPassword, CodeSecret, Door, LogIn, Means, Outcome, Passkey, RecoveryCode
from .device import PushDevice
from .dkim import DkimKey
from .forwarding import ForwardAddress
from .mail_import import ImportState, MailImport
from .mailbox import (
    OWED_ROLES,
    ExpungedMessage,
    LostSubscription,
    Mailbox,
    MailboxMessage,
    Role,
    Shown,
    UndoableAction,
)
from .maildrop import MaildropLease, WithheldMessage
from .message import Blob, BlobChunk, Message, Upload
from .outbound import (
    DeliveryAttempt,
    Destination,
    OutboundMessage,
    OutboundRecipient,
    RecipientState,
    RemoteReport,
    StsPolicy,
    TlsResult,
)
from .reception import Greylisted, Rejected, Why
from .report import DmarcTally, MailReport, MailReportRow, ReportIntake, ReportKind
from .rule import Rule, RuleHit
from .search import SavedSearch
from .sender import SenderChoice, Unsubscription, Verdict
from .session import LoginFailures, Session
from .spam import Said, SpamClue, SpamMark
from .template import Template
from .thread import MailboxThread, Thread, ThreadReference
from .upload import PartialUpload, UploadPurpose
from .vacation import Vacation, VacationAnswer

__all__ = [
    "OWED_ROLES",
    "Account",
    "Alias",
    "AppPassword",
    "Blob",
    "BlobChunk",
    "BulkAction",
    "BulkState",
    "CodeSecret",
    "Contact",
    "ContactAddress",
    "ContactGroup",
    "ContactTerm",
    "DeliveryAttempt",
    "Destination",
    "DkimKey",
    "DmarcTally",
    "Domain",
    "Door",
    "ExpungedMessage",
    "ForwardAddress",
    "Greylisted",
    "Identity",
    "ImportState",
    "LogIn",
    "LoginFailures",
    "LostSubscription",
    "MailImport",
    "MailReport",
    "MailReportRow",
    "Mailbox",
    "MailboxMessage",
    "MailboxThread",
    "MaildropLease",
    "Means",
    "Message",
    "OutboundMessage",
    "OutboundRecipient",
    "Outcome",
    "PartialUpload",
    "Passkey",
    "PictureSender",
    "PushDevice",
    "ReadingPane",
    "RecipientState",
    "RecoveryCode",
    "Rejected",
    "RemoteReport",
    "ReportIntake",
    "ReportKind",
    "Role",
    "Rule",
    "RuleHit",
    "Said",
    "SavedSearch",
    "SenderCharset",
    "SenderChoice",
    "Session",
    "Shown",
    "SpamClue",
    "SpamMark",
    "StsPolicy",
    "Template",
    "Thread",
    "ThreadReference",
    "TlsResult",
    "UndoableAction",
    "Unit",
    "Unsubscription",
    "Upload",
    "UploadPurpose",
    "User",
    "Vacation",
    "VacationAnswer",
    "Verdict",
    "Why",
    "WithheldMessage",
]
