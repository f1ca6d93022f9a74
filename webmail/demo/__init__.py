"""The demo: two mail servers side by side, with people and mail."""
