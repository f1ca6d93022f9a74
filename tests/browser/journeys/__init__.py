"""Whole journeys of a person, each in both languages: what one does from the beginning to the end."""
