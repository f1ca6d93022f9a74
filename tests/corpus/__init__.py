"""Real mail from public collections: run by hand, or `make corpus`."""
