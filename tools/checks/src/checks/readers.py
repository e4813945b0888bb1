"""Who reads which event, as it was committed: what a changed event breaks is what runs already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from checks.asyncapi import PLACE
from checks.tree import Tree


def known(tree: Tree) -> Mapping[str, str]:
    """The readers of each event in words, from the committed AsyncAPI document; nothing before there is one."""
    text = tree.git("show", f"HEAD:{PLACE.as_posix()}") if tree.in_git else _on_disk(tree)
    document: dict[str, Any] = json.loads(text) if text else {"channels": {}, "operations": {}}  # Any: JSON
    found = {
        event: [f"{owner} (its own log)"]
        for owner, channel in document["channels"].items()
        for event in channel["messages"]
    }
    for operation in document["operations"].values():
        if operation["action"] == "receive":
            for message in operation["messages"]:
                found[message["$ref"].rpartition("/")[2]].append(f"{operation['title']} (reacts to it)")
    return {event: ", ".join(who) for event, who in found.items()}


def _on_disk(tree: Tree) -> str:
    place = tree.root / PLACE
    return place.read_text(encoding="utf-8") if place.is_file() else ""
