"""Runs batches: on threads of this machine, or on the workers of a Dask cluster; the same task function on both.

``DASK_SCHEDULER`` names the scheduler of a cluster. Workers need this code and the store, no database. A worker that
dies loses nothing but its running tasks: they are given to another, which finds every tile that was finished.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from maps.coverage.work import Batch, Done, compute_batch

#: sectors on tiles to a task: about a quarter of a second on a thread, two seconds on a worker, whose tasks cost 2 ms
THREAD_WORK = 2_000
WORKER_WORK = 20_000
RETRIES = 3

Task = Callable[[Batch], Done]


def threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def work_of(scheduler: str) -> int:
    """Return how large a batch should be for *scheduler* (empty: threads)."""
    return WORKER_WORK if scheduler else THREAD_WORK


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
    from distributed import Client, as_completed  # noqa: PLC0415 -- only where a cluster is used

    with Client(scheduler, set_as_default=False) as client:
        futures: list[Any] = []
        for batch in sorted(batches, key=lambda one: -one.work):
            # the data goes to a worker once and stays out of the graph
            payload = client.scatter(batch, hash=False)
            futures.append(client.submit(task, payload, retries=RETRIES, pure=False))
        for future in as_completed(futures):
            yield future.result()
            future.release()
