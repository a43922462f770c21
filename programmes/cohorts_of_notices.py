"""To which cohort a notice of this room belongs, by what it is about; see notices/belonging.py."""

from programmes.models import Enrolment, Flag, Member, Nomination, Relationship, Review, RuleOverride


def _by_id(model, path: str):
    return lambda ids: dict(model.objects.order_by().filter(pk__in=ids).values_list("pk", path))


FINDERS = {
    "cohort": lambda ids: {one: one for one in ids},
    "relationship": _by_id(Relationship, "cohort"),
    "enrolment": _by_id(Enrolment, "cohort"),
    "member": _by_id(Member, "relationship__cohort"),
    "flag": _by_id(Flag, "relationship__cohort"),
    "nomination": _by_id(Nomination, "one__cohort"),
    "review": _by_id(Review, "member__relationship__cohort"),
    "override": _by_id(RuleOverride, "cohort"),
}
