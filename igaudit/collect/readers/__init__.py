"""Readers of an organisation's files; each has `read`."""
