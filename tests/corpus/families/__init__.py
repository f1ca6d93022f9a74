"""Families of test messages, a module each: `cases(seed)` makes them."""
