"""The page of a cohort: how far it has come, what comes next, and everyone who takes part."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.generic import DetailView

from people.home import Item
from people.models import Site
from people.models.employment import BANDS
from programmes.actions import standings
from programmes.composition import balance_of
from programmes.enrolled import PER_PAGE, SORTS, Asked, enrolled, lines
from programmes.forecast import is_forecast
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Side
from programmes.offers import Under, cohort_links
from programmes.queries import cohort_lines


class CohortDetail(DetailView):
    """The heart of a lead's work: who is enrolled, who has whom, and what comes next."""

    template_name = "programmes/cohort_detail.html"
    context_object_name = "cohort"

    def get_queryset(self):
        return Cohort.objects.led_by(self.request.user, now=self.request.now).select_related("programme__organisation")

    def get_context_data(self, **kwargs):
        now = self.request.now
        up_to_date = standings.refresh(cohort=self.object, by=self.request.user, now=now, waits=True)
        [line] = cohort_lines([self.object], now=now)
        sites = [(str(pk), name) for pk, name in self._sites()]
        asked = self._asked({pk for pk, _ in sites})
        page = Paginator(enrolled(self.object, asked, now=now), PER_PAGE).get_page(self.request.GET.get("page"))
        words, ready = line.model.words, line.readiness
        partner = line.model.partner_of(asked.side)
        partner = partner.one if asked.side == Side.MENTEE else partner.many
        columns = ["Name", "Band", "Site", capfirst(partner), "Change:hidden"]
        if asked.side == Side.MENTOR:
            columns.insert(3, "Places taken")
        return super().get_context_data(
            line=line,
            model=line.model,
            has_begun=self.object.start_date <= timezone.localdate(now),
            step=line.step,
            up_to_date=up_to_date,
            stats=_stats(line),
            sections=_sections([*cohort_links(self.object, ready, now=now), *_links(self.object, line.model)]),
            balance=balance_of(self.object, now=now),
            side=asked.side,
            asked=asked,
            noun=words.of(asked.side),
            tabs=[
                _tab(words.mentee.many, "mentee", asked, ready.mentees),
                _tab(words.mentor.many, "mentor", asked, ready.mentors),
            ],
            enrolled_at_all=ready.mentees if asked.side == Side.MENTEE else ready.mentors,
            page=page,
            lines=lines(self.object, page.object_list, now=now),
            caption=_caption(page.paginator.count, asked, words.of(asked.side)),
            columns="|".join(columns),
            kept=[("side", asked.side)],
            search={"name": "q", "label": "Name", "value": asked.words},
            selects=_selects(asked, sites, line.model),
            everybody=f"?side={asked.side}",
            breadcrumb=[("Programmes", reverse("programmes:programme-list"))],
            **kwargs,
        )

    def _sites(self):
        sites = Site.objects.filter(organisation=self.object.programme.organisation_id)
        return sites.order_by("name").values_list("pk", "name")

    def _asked(self, sites: set[str]) -> Asked:
        """What the address asks for; what it cannot mean is left out."""
        get = self.request.GET.get

        def one_of(name, allowed):
            return get(name) if get(name) in allowed else ""

        return Asked(
            side=one_of("side", ("mentee", "mentor")) or Side.MENTEE.value,
            words=get("q", "")[:100],
            show=one_of("show", SHOWN),
            band=one_of("band", BANDS),
            site=one_of("site", sites),
            sort=one_of("sort", SORTS) or "name",
        )


def _links(cohort: Cohort, model: MentoringModel) -> Iterator[tuple[Under, Item]]:
    """What this room has for the leads of a cohort."""

    def item(text, name, hint):
        return Item(text, reverse(f"programmes:{name}", args=[cohort.pk]), hint)

    yield Under.READY, item("Fill the gaps", "gap-list", "What the list does not say yet.")
    yield (
        Under.READY,
        item(
            "Who cannot be matched, and what is short",
            "readiness-detail",
            "By rule, and places against need by site.",
        ),
    )
    yield Under.READY, item("Asking and joining", "joining-list", "Who was asked, and joining links.")
    if is_forecast(model):
        text = f"Forecast: {model.words.mentor.many} for this intake and the next"
        yield Under.READY, item(text, "forecast-detail", "Who comes in, and who ages out.")
    if model.matching.chemistry_days:
        yield Under.MATCHES, item("Introductions", "introduction-list", "Who was introduced to whom.")
    if model.slots:
        yield Under.MATCHES, item("Open slots by domain", "gap-map", "What is looked for and offered.")
    if not model.has_peers:
        yield Under.MATCHES, item("Import pairs that exist already", "pairs-import", "And earlier years’.")
    yield Under.MATCHES, item("Matches allowed against a rule", "override-list", "By whom, and why.")
    yield Under.RUNNING, item("Mail", "mail-list", "What is sent; read it, pause it.")


def _sections(links: list[tuple[Under, Item]]) -> list[tuple[Under, list[Item]]]:
    """The links by their headings."""
    sections = [(under, [item for place, item in links if place == under]) for under in Under]
    return [(under, items) for under, items in sections if items]


SHOWN = ("open", "matched", "barred", "missing")


def _selects(asked: Asked, sites, model: MentoringModel) -> list[dict]:
    words, partner = model.words, model.partner_of(Side.MENTEE)
    if asked.side == Side.MENTEE:
        shown = (f"Waiting for {partner.a}", f"Have {partner.a}")
    else:
        shown = ("Have a place left", f"Have {words.mentee.a}")
    shown = [*zip(SHOWN, (*shown, "Cannot be matched", "A fact is missing"), strict=True)]
    orders = [("name", "Name"), ("newest", "Newest first")]
    if asked.side == Side.MENTEE:
        orders.insert(1, ("waiting", "Waiting longest first"))
    return [
        _select("show", "Show", asked.show, [("", "Everyone"), *shown]),
        _select("band", "Band", asked.band, [("", "Any band"), *((band, f"Band {band}") for band in BANDS)]),
        _select("site", "Site", asked.site, [("", "Any site"), *sites]),
        _select("sort", "Order", asked.sort, orders),
    ]


def _select(name, label, value, options) -> dict:
    return {"name": name, "label": label, "value": value, "options": options}


def _tab(text: str, side: str, asked: Asked, count: int) -> dict:
    return {"text": capfirst(text), "url": f"?side={side}#people", "current": asked.side == side, "count": count}


def _caption(found: int, asked: Asked, noun) -> str:
    counted = f"{found:,} {noun.one if found == 1 else noun.many}"
    return f"{counted} found" if asked.narrows else f"{counted} enrolled"


def _stats(line) -> list[dict]:
    """The four numbers over a cohort, each opening the list behind it."""
    ready, words, partner = line.readiness, line.model.words, line.model.partner_of(Side.MENTEE)
    short = f"{ready.short_of:,} more needed" if ready.short_of and not line.model.has_peers else ""

    def barred(count):
        return f"{count:,} cannot be matched yet" if count else ""

    def stat(value, label, where, hint=""):
        return {"value": value, "label": label, "url": f"?{where}#people", "hint": hint}

    return [
        stat(ready.mentees, capfirst(words.mentee.many), "side=mentee", barred(ready.mentees_barred)),
        stat(ready.waiting, f"Waiting for {partner.a}", "side=mentee&show=open&sort=waiting"),
        stat(ready.mentors, capfirst(words.mentor.many), "side=mentor", barred(ready.mentors_barred)),
        stat(ready.places_left, "Places left", "side=mentor&show=open", short),
    ]
