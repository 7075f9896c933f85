"""Open to all: health, the log and what it proves, and the static files of the desk."""

from server.http.public.desk_files import desk_files
from server.http.public.health import health
from server.http.public.log import log
from server.http.public.proofs import proofs

PUBLIC = (health, desk_files, log, proofs)
