"""Open to all: health, and the static files of the desk."""

from server.http.public.desk_files import desk_files
from server.http.public.health import health
from server.http.public.log import log

PUBLIC = (health, desk_files, log)
