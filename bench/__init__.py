"""Measurements of Postillion and its peers, run by hand: `python -m bench.inbound` and so on."""
