"""What the web server loads: ``granian --interface wsgi config.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from maps.warming import keep_warm  # noqa: E402 -- models are not there before

keep_warm()
