"""Runs batches: on threads of this machine, or on the workers of a Dask cluster; the same task function on both.

``DASK_SCHEDULER`` names the scheduler of a cluster. Workers need this code and the store, no database. A worker that
dies loses nothing but its running tasks: they are given to another, which finds every tile that was finished.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from maps.coverage.planning import Plan
from maps.coverage.work import Batch, Done, compute_batch
from maps.coverage.workers import on_worker

#: work to a task, in sectors: a fifth of a second on a thread, up to two seconds on a worker, whose tasks cost 2 ms
THREAD_WORK = 4_000
WORKER_WORK = 40_000
#: so many tasks at least, as far as they stay worth sending: else some workers wait for the last one
TASKS = 16
RETRIES = 3
PAUSE_S = 0.5
WAIT_FOR_WORKERS_S = 30

logger = logging.getLogger(__name__)

Task = Callable[[Batch], Done]


def threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def work_of(scheduler: str, plan: Plan) -> int:
    """Return how large a batch of *plan* should be for *scheduler* (empty: threads)."""
    if not scheduler:
        return THREAD_WORK
    return max(THREAD_WORK // 2, min(WORKER_WORK, sum(tile.work for tile in plan.tiles) // TASKS))


def run(batches: Sequence[Batch], scheduler: str = "", task: Task = compute_batch) -> Iterator[Done]:
    """Run every batch and yield what each did, as they finish. Raises what a task raised, after its retries."""
    if not batches:
        return iter(())
    return _on_cluster(batches, scheduler, task) if scheduler else _on_threads(batches, task)


def _on_threads(batches: Sequence[Batch], task: Task) -> Iterator[Done]:
    # the heaviest first, so that no thread is left with a large one at the end
    ordered = sorted(batches, key=lambda batch: -batch.work)
    if len(ordered) == 1:
        yield task(ordered[0])
        return
    with ThreadPoolExecutor(threads(), thread_name_prefix="coverage") as pool:
        waiting = {pool.submit(task, batch) for batch in ordered}
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in done:
                    yield one.result()
        finally:
            _drop(waiting)


def _drop(waiting: set[Future[Done]]) -> None:
    for one in waiting:
        one.cancel()


def _on_cluster(batches: Sequence[Batch], scheduler: str, task: Task) -> Iterator[Done]:
    from distributed import Client  # noqa: PLC0415 -- only where a cluster is used

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=WAIT_FOR_WORKERS_S)
        yield from _Cluster(client, batches, task).results()


class _Cluster:
    """Batches on a cluster: a few on their way at a time, each tried again with its data when its worker is lost.

    The data of a batch goes to a worker once, outside the graph; with that worker it is gone, so it is sent anew.
    """

    def __init__(self, client: Any, batches: Sequence[Batch], task: Task) -> None:
        self.client, self.task = client, task
        # the heaviest first, taken from the end
        self.waiting = [(batch, 0) for batch in sorted(batches, key=lambda one: one.work)]
        self.running: dict[Any, tuple[Batch, int]] = {}

    def results(self) -> Iterator[Done]:
        from distributed import as_completed  # noqa: PLC0415

        finished = as_completed(loop=self.client.loop)
        self.send(finished)
        for future in finished:
            batch, tries = self.running.pop(future)
            try:
                done: Done = future.result()
            except Exception as error:
                if tries >= RETRIES:
                    raise
                logger.warning("coverage: a batch is tried again after %s: %s", type(error).__name__, error)
                self.waiting.append((batch, tries + 1))
            else:
                yield done
            finally:
                future.release()
            self.send(finished)

    def send(self, finished: Any) -> None:
        """Keep every thread of the cluster busy, with one batch more for each to begin with."""
        most = max(2, 2 * sum(self.client.nthreads().values()))
        while self.waiting and len(self.running) < most:
            batch, tries = self.waiting.pop()
            future = self.client.submit(on_worker, self.task, self.scattered(batch), pure=False)
            self.running[future] = (batch, tries)
            finished.add(future)

    def scattered(self, batch: Batch) -> Any:
        """Send a batch's data to a worker; one that dies in that very moment makes it try again."""
        for left in range(RETRIES, -1, -1):
            try:
                return self.client.scatter(batch, hash=False)
            except Exception:
                if not left:
                    raise
                time.sleep(PAUSE_S)
        raise AssertionError("unreachable")
