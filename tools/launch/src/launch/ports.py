"""Ports on the loopback interface: the wished one when it is free, else another.

Ports are taken from below the range that systems give to outgoing connections. A client that
keeps calling a server of that range while it is down can be given the very port it calls,
connect to itself, and so keep the server from coming back.
"""

from __future__ import annotations

import random
import socket

HOST = "127.0.0.1"

_RANGE = range(20_000, 30_000)
_chosen: set[int] = set()
_own = _RANGE
"""The part of the range that this process chooses from."""


def keep_to_part(part: int, parts: int) -> None:
    """Choose from one of `parts` equal parts alone, where processes side by side each have their own."""
    global _own
    size = len(_RANGE) // parts
    _own = _RANGE[part * size : (part + 1) * size]


def choose(wished: int | None = None) -> int:
    """A free port: `wished` when it is, else a random one. Never the same twice in a process."""
    for port in [wished] if wished else []:
        if port not in _chosen and is_free(port):
            _chosen.add(port)
            return port
    for port in random.sample(_own, len(_own)):
        if port not in _chosen and is_free(port):
            _chosen.add(port)
            return port
    raise OSError(f"no port between {_own.start} and {_own.stop} is free on {HOST}; end some servers")


def give_back(*ports: int) -> None:
    """Let ports be chosen again, once what listened there has ended."""
    _chosen.difference_update(ports)


def is_free(port: int) -> bool:
    """Whether nothing listens on the port, on this interface or on all."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    with socket.socket() as caller:
        # macOS lets one bind beside a listener on all interfaces; a call tells.
        return caller.connect_ex((HOST, port)) != 0
