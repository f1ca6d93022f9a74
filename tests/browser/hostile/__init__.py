"""Hostile HTML, delivered by SMTP and opened in a browser, with each of its two guards on its own."""
