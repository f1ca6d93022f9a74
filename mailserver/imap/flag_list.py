"""The flags of a mailbox as FLAGS lists them (RFC 9051 §7.3.5)."""

from collections.abc import Collection

SYSTEM_FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
# Listed before any message has them, so that all sessions know of the same ones.
COMMON_KEYWORDS = frozenset(
    {
        "$Forwarded",
        "$Junk",
        "$Label1",
        "$Label2",
        "$Label3",
        "$Label4",
        "$Label5",
        "$MDNSent",
        "$NotJunk",
        "$Phishing",
    }
)
"""What mail programs set (the registry of RFC 5788), and Thunderbird's labels."""


def flag_list(keywords: Collection[str]) -> str:
    """The flags that a mailbox knows: those of the system, then keywords."""
    return " ".join([SYSTEM_FLAGS, *sorted(keywords)])
