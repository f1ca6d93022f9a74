"""Tests of SMTP, over real sockets."""
