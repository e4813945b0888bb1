"""The command line: `python -m procurement serve`, and what `--help` names."""

from procurement.app import service
from servicekit import main

main(service)
