"""order-intake without what follows from its log: `python -m benchmarks.log_only`.

Lists and reactions have figures of their own; here they would take a share of the processors that
depends on how far behind they are.
"""

from __future__ import annotations

from dataclasses import replace

from events import Reactions
from order_intake.app import service
from servicekit.server import serve
from servicekit.settings import Settings

if __name__ == "__main__":
    serve(replace(service, projections=(), reactions=Reactions(), sources=()), Settings())
