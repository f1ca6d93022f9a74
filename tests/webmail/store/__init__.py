"""Tests of the only writer of mailboxes."""
