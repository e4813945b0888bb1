"""The command line: `python -m notification serve`, and what `--help` names."""

from notification.app import service
from servicekit import main

main(service)
