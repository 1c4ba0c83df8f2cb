"""`python -m igaudit`."""

from igaudit.cli import main

main()
