"""Behind the bell: what waits for the person, as a list of places to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from infra.navigation import places_for
from infra.pages.guard import signed_in


@signed_in
def alerts(request: HttpRequest) -> HttpResponse:
    """List the places of work where something waits."""
    waiting = [place for place in places_for(request.user, request.path) if place.count]
    return render(request, "infra/alerts.html", {"waiting": waiting})
