"""To which cohort a notice of this room belongs, by what it is about; see notices/belonging.py."""

from sessions_log.models import BoardReport, Gathering, HoursShare, Offer, Session, Target, WordRequest


def _by_id(model, path: str = "relationship__cohort"):
    return lambda ids: dict(model.objects.order_by().filter(pk__in=ids).values_list("pk", path))


FINDERS = {
    "session": _by_id(Session),
    "target": _by_id(Target),
    "offer": _by_id(Offer),
    "gathering": _by_id(Gathering, "cohort"),
    "report": _by_id(BoardReport),
    "hours_share": _by_id(HoursShare, "member__relationship__cohort"),
    "request": _by_id(WordRequest),
}
