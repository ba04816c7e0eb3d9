"""When does the public log grow? After the commit of an act, by one sequencer, so that no act waits for another.

Leaves get their places; then the files are published, and last of all the new head is signed.
"""

from __future__ import annotations

from coalition import clock
from coalition.transactions import reading, transaction, writer
from coalition.transparency import placing, publishing, recovery

MOST = 1000


def place_waiting(*, most: int = MOST) -> int:
    """Give places to leaves that have none yet, publish and sign the new head; return how many got one.

    Opens transactions of its own. Raises Unavailable where the log cannot go on: the acts stand, their leaves wait.
    """
    placed = _place(most=most)
    publishing.publish(now=clock.now())
    return placed


def place_all() -> None:
    """Give every leaf that was committed its place, publish and sign the head: then each has a proof.

    Opens transactions of its own. Raises Unavailable where the log cannot go on.
    """
    while _place(most=MOST):
        pass
    publishing.publish(now=clock.now())


def _place(*, most: int) -> int:
    with reading() as connection:
        if not placing.waiting(connection, size=placing.size_of(connection), most=1):
            return 0  # a read alone: idle, no writer waits for us
    head = recovery.published_head()
    with transaction():
        connection = writer()
        placing.take_turn(connection)
        recovery.check(connection, head)
        size = placing.size_of(connection)
        leaves = {row.id: placing.bytes_of(row) for row in placing.waiting(connection, size=size, most=most)}
        placing.place(connection, leaves, size=size)
    return len(leaves)
