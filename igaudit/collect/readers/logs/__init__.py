"""One module per form of log: it tells sign-ins from failures, other lines, and what cannot be read."""
