"""The command line: `python -m review serve`, and what `--help` names."""

from review.app import service
from servicekit import main

main(service)
