"""Fixtures of the tests that ask a service over WinRM."""

from tests.collect.winrm_asking import asker  # noqa: F401
from tests.wsman.fixtures import kdc, ntlm_accounts, pki, services  # noqa: F401
