"""igaudit audits machines against the NHS's security standards, written as code."""

__version__ = "0.1.0"
