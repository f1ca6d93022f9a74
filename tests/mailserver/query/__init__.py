"""The language of search."""
