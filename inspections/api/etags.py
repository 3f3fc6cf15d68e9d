"""Entity tags that a client knows already."""

from django.utils.http import parse_etags
from rest_framework.request import Request


def known_etags(request: Request) -> set[str]:
    """Return the tags of If-None-Match; a compressed answer made its tag weak, the content behind it is the same."""
    return {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
