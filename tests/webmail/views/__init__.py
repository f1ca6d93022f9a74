"""Tests of the pages, through Django's client, on the real store."""
