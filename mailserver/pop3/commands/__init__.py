"""The commands, each in the table once its module is loaded."""

from . import authenticate, capabilities, login, maildrop, retrieve, starttls

__all__ = ["authenticate", "capabilities", "login", "maildrop", "retrieve", "starttls"]
