"""Tests of the mail servers on the store."""
