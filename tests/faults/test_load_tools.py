"""The tools of the load scenarios notice what they are there to notice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from faults.load.balancer import Balancer, balanced
from faults.load.crowd import Crowd, Person
from faults.load.offering import Wish, offer
from faults.load.replica import Replica
from launch.leash import Leash
from launch.program import Command, Program

_NOTHING = Command("nothing", [], Path("nothing.log"))
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
LAST = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n"
Answers = Callable[[int], bytes | None]


@asynccontextmanager
async def serving(answers: Answers) -> AsyncIterator[str]:
    """A server that gives the n-th request this answer; None ends the connection instead."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                answer = answers(count)
                count += 1
                if answer is not None:
                    writer.write(answer)
                if answer is None or b"close" in answer:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the client left
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def crowded(url: str, times: int) -> Crowd:
    crowd = Crowd("token")
    asked = 0

    async def talk(person: Person) -> None:
        nonlocal asked
        await person.ask("GET", "/")
        asked += 1
        crowd.ending = asked >= times

    await crowd.run(1, talk, [url])
    return crowd


async def test_a_crowd_leaves_a_connection_when_it_is_told_to() -> None:
    async with serving(lambda number: LAST) as url:
        crowd = await crowded(url, 5)
    assert crowd.failures == []
    assert crowd.answers == {200: 5}


async def test_a_crowd_counts_a_request_without_an_answer_as_failed() -> None:
    async with serving(lambda number: None if number == 2 else OK) as url:
        crowd = await crowded(url, 5)
    assert crowd.sent == 5
    assert len(crowd.failures) == 1
    assert crowd.failures[0].startswith("no answer to GET /")


async def test_a_crowd_counts_an_error_as_failed() -> None:
    async with serving(lambda number: REFUSED if number == 2 else OK) as url:
        crowd = await crowded(url, 5)
    assert [one[:3] for one in crowd.failures] == ["503"]


async def test_what_was_offered_is_counted_by_answer() -> None:
    async with serving(lambda number: (OK, REFUSED, OK, None)[number % 4]) as url:
        found = await offer(Wish(url, "token", 1.0, 20, rate=8.0))
    assert found.statuses == {"200": 4, "503": 2, "lost": 2}
    assert found.good == 4
    assert found.retry_after == {"3": 2}


async def test_an_open_loop_does_not_wait_for_answers() -> None:
    async with serving(lambda number: b"") as url:  # never
        asking = asyncio.create_task(offer(Wish(url, "token", 0.5, 3, rate=20.0)))
        found = await asking
    assert found.sent == 3
    assert found.statuses == {"unsent": 7, "lost": 3}


async def test_a_balancer_sends_to_those_that_are_ready_alone() -> None:
    ready = {"first": True, "second": True}
    first, second = [0], [0]

    def counted(counts: list[int]) -> Answers:
        def answers(number: int) -> bytes:
            counts[0] += 1
            return LAST

        return answers

    async with serving(counted(first)) as one, serving(counted(second)) as other:
        replicas = [_Told(one, lambda: ready["first"]), _Told(other, lambda: ready["second"])]
        async with balanced(replicas) as balancer:
            await crowded(balancer.url, 10)
            assert first[0] == second[0] == 5
            ready["first"] = False
            await _until(balancer, replicas[0], False)
            assert (await crowded(balancer.url, 10)).failures == []
            assert (first[0], second[0]) == (5, 15)
            ready["first"] = True
            await _until(balancer, replicas[0], True)


class _Told(Replica):
    def __init__(self, url: str, ready: Callable[[], bool]) -> None:
        super().__init__(url, Program(_NOTHING, _never), _NO_LEASH)
        self._said = ready

    async def ready(self) -> bool:
        return self._said()


async def _never() -> bool:
    return False


async def _until(balancer: Balancer, replica: Replica, wanted: bool) -> None:
    async with asyncio.timeout(20):
        while balancer.in_rotation(replica) is not wanted:
            await asyncio.sleep(0.02)


_NO_LEASH = Leash()
