"""What the HTTP sides of all services share. The README shows a whole service."""

from servicekit.addresses import Running
from servicekit.app import create_app
from servicekit.cli import main
from servicekit.conditions import by_company, everybody
from servicekit.door import Who
from servicekit.lists import list_route
from servicekit.problems import Problem
from servicekit.resource import Resource
from servicekit.runtime import Runtime
from servicekit.service import OfOrder, Service, Worker
from servicekit.settings import Settings

__all__ = [
    "OfOrder", "Problem", "Resource", "Running", "Runtime", "Service", "Settings", "Who", "Worker",
    "by_company", "create_app", "everybody", "list_route", "main",
]  # fmt: skip
