"""Open to all: health, and the static files of the desk."""

from server.http.public.health import health

PUBLIC = (health,)
