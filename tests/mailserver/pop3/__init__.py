"""The POP3 server on a backend in memory."""
