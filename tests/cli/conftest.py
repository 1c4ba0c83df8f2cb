"""Fixtures of the tests that scan Windows machines."""

from tests.cli.winrm_scans import scanner  # noqa: F401
from tests.wsman.fixtures import kdc, ntlm_accounts, pki, services  # noqa: F401
