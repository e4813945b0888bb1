"""Where webhooks may go: never to loopback, private, link-local or other addresses of our own network.

A name is resolved, every address it has is checked, and the connection goes to an address that
was checked: nobody can answer the check with one address and the connection with another.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpcore

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
_NAT64 = IPv6Network("64:ff9b::/96")
_LOOKUPS = 16
"""Names looked up at the same time, on threads of their own: a slow DNS server stops nobody else."""


class DestinationRefused(Exception):
    """Webhooks never go there."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, also the one inside an IPv6 address that carries another."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and (address in _NAT64 or address.teredo):
            inner = address.teredo[1] if address.teredo else IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified
    )


def fault_of(url: str) -> str | None:
    """Why this URL cannot be subscribed with; None when all that can be known without the DNS is well."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "has an address or a port that is none; take a name, and leave the port out or take one up to 65535"
    if parts.scheme != "https":
        return "must begin with https://"
    try:
        literal = ip_address(host)
    except ValueError:
        if ":" in host:
            return "has an address in brackets that is none; take a name"
        local = host in ("localhost", "") or host.endswith((".localhost", ".local", ".internal"))
        return "names a machine of a private network; take an address of the internet" if local else None
    return None if is_public(literal) else "is no address of the internet; webhooks go nowhere else"


class Resolver:
    """Looks names up. Close it at the end."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="dns")

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses alone, unless `allow_private`."""

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See `httpcore.AsyncNetworkBackend`. Raises `DestinationRefused`."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name could not be looked up: {error}") from error
        if not self._allow_private and not all(is_public(one) for one in addresses):
            raise DestinationRefused("its name leads to a private address; webhooks go to the internet alone")
        last: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("it has no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last
