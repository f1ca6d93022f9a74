"""Tests of webmail.views.security."""
