"""What the servers have in common from which mail programs read: connection, session, listener."""
