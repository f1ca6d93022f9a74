"""Protocols: imports neither Django nor webmail."""
