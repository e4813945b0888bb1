"""The command line: `python -m desk`."""

from desk.app import service
from servicekit import main

main(service)
