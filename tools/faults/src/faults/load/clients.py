"""The clients' process: a `Wish` as JSON on standard input, an `Offered` on standard output."""

import json
import sys
from dataclasses import asdict

import uvloop

from faults.load.offering import Wish, offer

if __name__ == "__main__":
    result = uvloop.run(offer(Wish(**json.loads(sys.stdin.read()))))
    sys.stdout.write(json.dumps(asdict(result)))
