"""A taken port is chosen anew."""

from __future__ import annotations

import socket

import pytest

from launch import ports


@pytest.mark.parametrize("interface", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_not_chosen(interface: str) -> None:
    with socket.create_server((interface, 0)) as server:
        taken = server.getsockname()[1]
        assert ports.choose(taken) != taken


def test_a_free_port_is_chosen_once() -> None:
    wished = ports.choose()
    ports.give_back(wished)
    assert ports.choose(wished) == wished
    assert ports.choose(wished) != wished
