"""The command line: `python -m order_intake serve`, and what `--help` names."""

from order_intake.app import service
from servicekit import main

main(service)
