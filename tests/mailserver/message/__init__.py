"""Tests of the same name as the package they try."""
