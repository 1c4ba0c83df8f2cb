"""Snapshots → results → requirements. No clock, no files, no environment: all is given."""
