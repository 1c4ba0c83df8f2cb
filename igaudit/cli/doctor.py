"""`igaudit doctor`."""
