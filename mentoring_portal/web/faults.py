"""What is shown when a request ends in a fault: 503 where the database or the disk is to blame, else 500.

Telling the two apart matters to whoever waits (it will pass, or somebody must make room) and to proxies. The pages
ask for nothing that could be broken too. Refusals are no faults: mentoring_portal/middleware.py shows them.
"""

import errno
import sqlite3
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import get_template

RETRY_AFTER = 10  # seconds; a database that was restarted is back by then
AWAY, FULL = "away", "full"
# SQLite's primary result codes: https://sqlite.org/rescode.html
SQLITE_AWAY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
# PostgreSQL's: https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRES_AWAY = ("08", "53", "57P", "58", "25006")
POSTGRES_FULL = ("53100",)
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def kind_of(fault: BaseException | None) -> str | None:
    """AWAY where the database does not answer, FULL where nothing can be written; None for a fault of our own."""
    while fault is not None:
        if isinstance(fault, OSError) and fault.errno in DISK_FULL:
            return FULL
        if isinstance(fault, DatabaseError | InterfaceError) and (kind := _of_database(fault)):
            return kind
        fault = fault.__cause__ or fault.__context__
    return None


def _of_database(fault: DatabaseError | InterfaceError) -> str | None:
    cause = fault.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return FULL if code in SQLITE_FULL else AWAY if code in SQLITE_AWAY else None
    code = getattr(cause, "pgcode", None)
    if code is None:  # it never came to an answer
        return AWAY if isinstance(fault, OperationalError | InterfaceError) else None
    return FULL if code.startswith(POSTGRES_FULL) else AWAY if code.startswith(POSTGRES_AWAY) else None


def server_fault(request):
    """Answer for the fault that is being handled (``handler500``)."""
    kind = kind_of(sys.exc_info()[1])
    if kind is None:
        return HttpResponse(get_template("500.html").render(), status=500)
    page = get_template("503.html").render({"is_full": kind == FULL})
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
