"""Tests of what a domain needs around its server."""
