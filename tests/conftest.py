"""Fixtures that more than one folder of tests uses."""

pytest_plugins = ("tests.sshd", "tests.wsman.fixtures", "tests.collect.winrm_asking", "tests.cli.winrm_scans")
