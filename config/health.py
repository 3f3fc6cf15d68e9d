"""Is the process up, and can it answer?"""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process can answer at all."""
    return JsonResponse({"status": "up"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ready"})
