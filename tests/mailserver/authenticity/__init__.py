"""Is the sender who it says."""
