"""To which cohort a notice of this room belongs, by what it is about; see notices/belonging.py."""

from sessions_log.models import BoardReport, Offer, Session, Target, WordRequest


def _by_id(model):
    return lambda ids: dict(model.objects.order_by().filter(pk__in=ids).values_list("pk", "relationship__cohort"))


FINDERS = {
    "session": _by_id(Session),
    "target": _by_id(Target),
    "offer": _by_id(Offer),
    "report": _by_id(BoardReport),
    "request": _by_id(WordRequest),
}
