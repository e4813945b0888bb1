"""Every forbidden import is found, with the way it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Copy


@pytest.fixture(scope="module")
def output(repository: Copy, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a copy in which every rule is broken once."""
    copy = repository.to(tmp_path_factory.mktemp("planted"))
    copy.add("services/review/src/review/planted.py", "import jgo\nimport procurement.app\n")
    copy.add("services/review/src/review/thing.py", "from events import Decider\n\nthing = Decider()\n")
    copy.add("services/procurement/src/procurement/planted.py", "import httpx\nfrom events import Log\n")
    copy.add("libs/events/src/events/planted.py", "import servicekit\n")
    copy.add("libs/servicekit/src/servicekit/planted.py", "import notification\n")
    decider = copy.root / "services/procurement/src/procurement/supplier.py"
    decider.write_text(f"{decider.read_text()}\nfrom procurement import planted\n")
    code, output = copy.check("imports")
    assert code == 1
    return output


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("review.planted -> procurement.app", id="a service imports another"),
        pytest.param("events.planted -> servicekit", id="the log knows HTTP"),
        pytest.param("servicekit.planted -> notification", id="what is shared knows a service"),
        pytest.param("procurement.planted -> httpx", id="a decider reaches out"),
        pytest.param("review.planted -> jgo", id="a service brings a launcher's part"),
        pytest.param("thing.py: add 'review.thing' to source_modules", id="a decider under no contract"),
        pytest.param(
            "planted.py:2: the decider procurement.supplier comes to Log, and events.log reaches",
            id="by the library's face",
        ),
    ],
)
def test_a_forbidden_import_is_found(output: str, told: str) -> None:
    assert told in output
