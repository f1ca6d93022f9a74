"""Tests of ManageSieve, over real sockets."""
