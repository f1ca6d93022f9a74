"""Proofs that need real faults: run by hand, or `make chaos`."""
