"""POP3 (RFC 1939): mail programs fetch what is in the Inbox, and may delete it."""
