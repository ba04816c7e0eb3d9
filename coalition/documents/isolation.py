"""How is a document rendered without risk to the worker? In a process of its own, with limits of time and memory.

What somebody typed reaches a large C library here. A hang, a crash or a greed for memory ends that process and is an
error of one job. The process is kept warm, takes one order at a time and dies with its parent. Sealing keys never enter
it.
"""

from __future__ import annotations

import atexit
import os
import resource
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import cache
from typing import IO, cast

from coalition.documents.errors import DocumentFailed
from coalition.documents.order import Order

LENGTH = struct.Struct(">?Q")
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a rendering process may use: seconds an order, bytes of address space, orders before it is replaced."""

    seconds: float = 60
    seconds_to_end: float = 5
    memory: int = 1536 * 1024 * 1024
    orders: int = 300


class Press:
    """A rendering process that is started at its first order and started anew after a failure."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._taken = 0
        self._one_at_a_time = threading.Lock()

    def render(self, order: Order) -> bytes:
        """Return the unsigned PDF. Raises DocumentFailed when the process says so, hangs, dies or grows too large."""
        with self._one_at_a_time:
            if self._taken >= self.limits.orders:
                self._end()
            process = self._process = self._process or self._start()
            self._taken += 1
            try:
                return self._exchange(process, order)
            except (OSError, struct.error) as gone:
                self._end()
                raise DocumentFailed("the rendering process ended before it had finished the document") from gone

    def close(self) -> None:
        """End the process, if there is one."""
        with self._one_at_a_time:
            self._end()

    def _exchange(self, process: subprocess.Popen[bytes], order: Order) -> bytes:
        # A hang is ended from outside: the kill makes the blocked read or write below fail.
        watch = threading.Timer(self.limits.seconds, process.kill)
        watch.daemon = True
        watch.start()
        try:
            _send(cast("IO[bytes]", process.stdin), order.as_json(), good=True)
            good, answer = _receive(cast("IO[bytes]", process.stdout))
        finally:
            watch.cancel()
        if not good:
            raise DocumentFailed(answer.decode())
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._taken = 0
        return subprocess.Popen(
            [sys.executable, "-m", "coalition.documents.isolation", str(self.limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def _end(self) -> None:
        """Close the orders' pipe, which ends a process that is well; kill one that is not."""
        if self._process is None:
            return
        process, self._process = self._process, None
        try:
            process.communicate(timeout=self.limits.seconds_to_end)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@cache
def press() -> Press:
    """Return this process's press; it is closed when the process ends."""
    one = Press()
    atexit.register(one.close)
    return one


def serve_orders(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Render order after order until the parent closes its end, by intent or because it died."""
    from coalition.documents.rendering import render  # loaded under the limits, in this process alone

    while True:
        try:
            line = _receive(orders)[1]
        except struct.error:
            return
        try:
            _send(answers, render(Order.from_json(line)), good=True)
        except Exception as failure:  # noqa: BLE001  # whatever it is, the parent is told and the next order is taken
            _send(answers, f"{type(failure).__name__}: {failure}"[:500].encode(), good=False)


def _send(pipe: IO[bytes], content: bytes, *, good: bool) -> None:
    pipe.write(LENGTH.pack(good, len(content)))
    pipe.write(content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> tuple[bool, bytes]:
    """Read one message. Raises struct.error when the other end is gone."""
    good, length = LENGTH.unpack(pipe.read(LENGTH.size))
    if length > LARGEST:
        raise struct.error("a message is larger than any document")
    content = pipe.read(length)
    if len(content) < length:
        raise struct.error("the other end went away in the middle of a message")
    return good, content


def main() -> None:
    """Take the limits, keep the answers' pipe for answers alone, and serve."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve_orders(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
