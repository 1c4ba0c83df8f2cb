"""Proofs about policies: their cases, the mutants of their checks, and that the unread never passes."""
