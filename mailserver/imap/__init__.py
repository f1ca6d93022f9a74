"""IMAP4rev1 and IMAP4rev2: the protocol, which asks a backend for mail."""
