"""The SMTP client against peers of all sorts."""
