"""SMTP on both sides of the wire."""
