"""What only a worker of a cluster does around a task."""

import ctypes
from collections.abc import Callable
from functools import lru_cache

from maps.coverage.work import Batch, Done

#: numbers and bounds of mallopt(3): below 32 MiB memory comes from the heap, of which 64 MiB are kept when free
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
FROM_HEAP, KEPT = 32 << 20, 64 << 20


def on_worker(task: Callable[[Batch], Done], batch: Batch) -> Done:
    """Run *task*, with memory that is kept between its steps."""
    keep_memory()
    return task(batch)


@lru_cache(maxsize=1)
def keep_memory() -> bool:
    """Keep freed memory for the next array; return whether the C library could be told so.

    Dask starts workers with a small trim threshold, which makes glibc fetch every array from the kernel, page by page
    and zeroed, and give it back: a tenth of the time of a tile.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, FROM_HEAP)) and bool(mallopt(M_TRIM_THRESHOLD, KEPT))
