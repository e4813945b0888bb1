"""Checkers of what must hold, by the numbers of docs/faults.md.

Each looks at a system that has healed and settled, past all proxies, in bounded pages. All of them
have been seen to go red (`faults.plants`).
"""

from __future__ import annotations

from collections.abc import Mapping

from faults.checkers.acknowledged import nothing_lost
from faults.checkers.checkpoints import never_ahead
from faults.checkers.messages import one_key_each
from faults.checkers.races import one_winner
from faults.checkers.reactions import each_effect_once
from faults.checkers.read_models import equals_replay
from faults.checkers.readers import no_position_skipped
from faults.checkers.recoveries import soon_well
from faults.checkers.topics import all_published, in_order, never_uncommitted
from faults.world import Checker

CHECKERS: Mapping[int, Checker] = {
    1: nothing_lost,
    2: never_uncommitted,
    3: all_published,
    4: in_order,
    5: each_effect_once,
    6: equals_replay,
    7: one_key_each,
    8: never_ahead,
    9: no_position_skipped,
    10: one_winner,
    11: soon_well,
}
