"""Parsers of what Windows machines answer: steps → facts."""
