"""For enrolled phones."""

from server.http.phone.enrolment import enrolment
from server.http.phone.exchange import exchange
from server.http.phone.photos import photos
from server.http.phone.receipts import receipts
from server.http.phone.shell import shell

PHONE = (exchange, enrolment, photos, receipts, shell)
