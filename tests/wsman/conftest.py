"""Fixtures of the service that stands in for Windows."""

from tests.wsman.fixtures import kdc, ntlm_accounts, pki, services  # noqa: F401
