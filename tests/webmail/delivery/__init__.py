"""Tests of mail in motion."""
