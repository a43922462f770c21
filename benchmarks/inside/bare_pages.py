"""What Django itself costs: plain list views of 50 rows, behind the portal's middleware."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.template import engines
from django.utils import timezone
from django.views.generic import ListView

from audit.models import AuditEvent
from matching.models import Proposal
from notices.models import Notice
from people.models import Employment, Person
from programmes.models import Enrolment, Relationship

ROWS = 50
FORM = '{% if search or selects %}{% include "components/filter_bar.html" %}{% endif %}'
ROW = "{{% for one in page_obj %}}<tr>{}</tr>{{% endfor %}}"
FOOT = "{{ page_obj.number }} of {{ page_obj.paginator.num_pages }}, {{ page_obj.paginator.count }} in all"


@dataclass(frozen=True)
class Table:
    """Rows with the columns that are shown, as a template writes them, and the one in which ``?q=`` is looked for."""

    rows: QuerySet
    columns: tuple[str, ...]
    searched: str = ""

    def template(self, *, laid_out: bool):
        """A table of text, by itself or in the portal's layout with its header, menu and foot."""
        cells = "".join(f"<td>{{{{ one.{column} }}}}</td>" for column in self.columns)
        body = f"{FORM}<table>{ROW.format(cells)}</table>{FOOT}"
        whole = f'{{% extends "base.html" %}}{{% block content %}}{body}{{% endblock %}}'
        return engines["django"].from_string(whole if laid_out else f"<!doctype html><title>Bare</title>{body}")


TABLES = {
    "people": Table(Person.objects.all(), ("given_name", "family_name", "email", "is_active"), "folded_name"),
    "enrolments": Table(
        Enrolment.objects.select_related("person"),
        ("person.given_name", "person.family_name", "side", "state"),
        "person__folded_name",
    ),
    "proposals": Table(
        Proposal.objects.select_related("mentee__person", "mentor__person"),
        ("mentee.person.family_name", "mentor.person.family_name", "score", "site"),
        "mentee__person__folded_name",
    ),
    "relationships": Table(Relationship.objects.all(), ("shape", "state", "started_at", "told_at")),
    "events": Table(AuditEvent.objects.all(), ("at", "verb", "outcome", "object_id")),
    "notices": Table(
        Notice.objects.select_related("recipient"),
        ("recipient.given_name", "recipient.family_name", "kind", "state"),
    ),
}


class Jobs(Prefetch):
    """The jobs of people, as ``person.jobs``."""

    def __init__(self, path: str):
        jobs = Employment.objects.not_over(on=timezone.localdate()).select_related("site")
        super().__init__(f"{path}employments", queryset=jobs, to_attr="jobs")


# Pages about everybody at once, by name: the rows that they have to read before the first can be drawn.
MENTORS = Table(
    Enrolment.objects.filter(side="mentor").select_related("person").prefetch_related(Jobs("person__")),
    ("person.given_name", "person.family_name", "side", "person.jobs.0.site.name"),
)
WHOLE = {
    "matching:mentor-choose": MENTORS,
    "matching:proposal-move": MENTORS,
    "people:import-preview": Table(
        Person.objects.filter(is_active=True).prefetch_related(Jobs("")),
        ("given_name", "family_name", "email", "jobs.0.site.name"),
    ),
}


class BarePage(ListView):
    """Fifty rows of a table, counted and paged as Django does; ``form`` is what the page's own filter form draws."""

    paginate_by = ROWS
    table: Table = None
    template = None
    form: dict = None
    is_whole = False  # every row is read, and sorted here

    def get_queryset(self):
        if self.is_whole:
            return sorted(self.table.rows.all(), key=lambda one: one.pk, reverse=True)
        words = self.request.GET.get("q", "")
        if not (words and self.table.searched):
            return self.table.rows.all()
        return self.table.rows.filter(Q((f"{self.table.searched}__contains", words)))

    def render_to_response(self, context, **kwargs):
        return HttpResponse(self.template.render(context | self.form, self.request))
