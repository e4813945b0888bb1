"""Whether an event of a new shape still suits the events that are stored, and their older readers.

jsoncompat judges; what is said about single fields is for the person who has to mend it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jsoncompat import check_compat

Schema = dict[str, Any]  # Any: a JSON document


def breaks(old: Schema, new: Schema) -> list[str]:
    """What in `new` breaks an event's readers; nothing when only optional fields were added.

    Two questions: can today's code read what was written under `old` (they are closed, so a
    field that went counts), and can a reader that still knows only `old`, and ignores what
    it does not know, read what is written under `new`?
    """
    if _reads_stored(old, new) and _older_reads(old, new):
        return []
    return list(_differences(old, new, old, new, "")) or ["it changed in a way older readers cannot follow"]


def _reads_stored(old: Schema, new: Schema) -> bool:
    return check_compat(json.dumps(_plain(old)), json.dumps(_plain(new)), "deserializer")


def _older_reads(old: Schema, new: Schema) -> bool:
    return check_compat(json.dumps(_opened(_plain(old))), json.dumps(_plain(new)), "serializer")


def _differences(old: Schema, new: Schema, was: Schema, now: Schema, path: str) -> Iterator[str]:
    """Sentences about the fields of `was` and `now`, parts of `old` and `new`."""
    was, now = _resolved(old, was), _resolved(new, now)
    if "items" in was and "items" in now:
        yield from _differences(old, new, was["items"], now["items"], f"{path}[]")
    elif "properties" not in was or "properties" not in now:
        yield from _change(old, new, was, now, path)
    else:
        before, after = was["properties"], now["properties"]
        for name in before:
            field = f"{path}.{name}".removeprefix(".")
            if name not in after:
                yield f"field {field} is gone"
                continue
            yield from _differences(old, new, before[name], after[name], field)
        for name in sorted(set(now.get("required", ())) ^ set(was.get("required", ()))):
            field = f"{path}.{name}".removeprefix(".")
            if name not in before:
                yield f"field {field} is new and required, and older events lack it; give it a default"
            elif name in after:
                required = name in now.get("required", ())
                yield f"field {field} {'became required' if required else 'may be absent now'}"


def _change(old: Schema, new: Schema, was: Schema, now: Schema, path: str) -> Iterator[str]:
    whole_was, whole_now = was | _shared(old), now | _shared(new)
    if not _reads_stored(whole_was, whole_now):
        yield f"field {path} was {_told(was)} and is {_told(now)}; older events do not fit"
    elif not _older_reads(whole_was, whole_now):
        yield f"field {path} was {_told(was)} and is {_told(now)}; older readers do not take that"


def _resolved(document: Schema, part: Schema) -> Schema:
    while "$ref" in part:
        found: Schema = document["$defs"][part["$ref"].removeprefix("#/$defs/")]
        part = found
    return part


def _shared(document: Schema) -> Schema:
    return {"$defs": document.get("$defs", {})}


def _told(part: Schema) -> str:
    """A type in a few words."""
    for many in ("anyOf", "oneOf"):
        if many in part:
            return " or ".join(_told(one) for one in part[many])
    if "const" in part:
        return json.dumps(part["const"], ensure_ascii=False)
    if "enum" in part:
        return "one of " + ", ".join(map(str, part["enum"]))
    if "$ref" in part:
        return str(part["$ref"]).removeprefix("#/$defs/")
    more = [f"{word} {part[word]}" for word in _LIMITS if word in part]
    return " ".join([str(part.get("type", "anything")), *([f"({', '.join(more)})"] if more else [])])


_LIMITS = ("format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


def _plain(part: Any) -> Any:
    """The same schema in words that jsoncompat weighs.

    It takes an `$id` for a reference, and knows nothing of formats and patterns. A string with one
    becomes a value of its own: equal only to the same, and still a string to who asks for any.
    """
    if isinstance(part, list):
        return [_plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "string" and ("format" in part or "pattern" in part):
        return {"const": " ".join(f"{word}={part[word]}" for word in _LIMITS if word in part)}
    return {name: _plain(value) for name, value in part.items() if name != "$id"}


def _opened(part: Any) -> Any:
    """The same schema for a reader that ignores the fields it does not know."""
    if isinstance(part, list):
        return [_opened(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {name: _opened(value) for name, value in part.items() if name != "additionalProperties"}
