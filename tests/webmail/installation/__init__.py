"""Tests of what the installation is to the world outside."""
