"""Rules as Sieve scripts."""
