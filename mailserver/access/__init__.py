"""What the servers of mail programs have in common: connection, session, listener."""
