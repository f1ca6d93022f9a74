"""Is the sender who it says: what was checked, and what came out."""
