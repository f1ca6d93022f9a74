"""The IMAP server with a backend in memory."""
