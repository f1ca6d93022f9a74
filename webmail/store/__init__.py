"""Mail at rest: the only writer of mailboxes."""
