"""A task for the tests of the worker."""

from django_tasks import task


@task
def say_hello() -> str:
    return "xin chào"
