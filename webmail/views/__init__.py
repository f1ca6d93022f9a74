"""Mail on screen."""
