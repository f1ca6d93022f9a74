"""Tests of webmail."""
