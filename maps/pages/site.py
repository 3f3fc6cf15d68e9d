from django.http import HttpRequest, HttpResponse


def site_page(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(code)
