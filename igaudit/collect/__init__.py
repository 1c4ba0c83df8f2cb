"""Targets → evidence: transports, the script, its frames, and what runs on the controller."""
