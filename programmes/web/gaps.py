"""Fill the gaps: one grid of what is missing, typed or pasted into."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.views.generic import TemplateView

from audit.refusal import Refused
from look.numbers import whole
from people.staff_list.check import NotUnderstood
from people.web.record_forms import finder_for
from programmes import gaps, mentoring_models
from programmes.actions import gaps as filling
from programmes.actions import standings
from programmes.asking import askable
from programmes.models import Enrolment, Side
from programmes.rules.style import TAGS
from programmes.web.programmes import led_cohort


class GapList(TemplateView):
    """People × the facts that the model asks for. Saving is all or nothing; nothing typed is lost."""

    template_name = "programmes/gap_list.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.typed, self.errors, self.problems = {}, {}, []
        self.only = None  # ids of the enrolments to show, where a form or a pasted column says whom

    def dispatch(self, request, *args, **kwargs):
        self.cohort = led_cohort(request, kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        self.side = request.GET.get("side") if request.GET.get("side") in ("mentee", "mentor") else Side.MENTEE.value
        self.all_needs = gaps.needed(self.cohort, self.side)
        wanted = [need for need in self.all_needs if need.kind == request.GET.get("fact")]
        self.needs = wanted or self.all_needs
        self.shows_all = request.GET.get("show") == "all"
        return super().dispatch(request, *args, **kwargs)

    def rows(self):
        return gaps.everyone(self.cohort, self.side, self.all_needs, now=self.request.now)

    def keeps_jobs(self) -> bool:
        return self.cohort.programme.organisation_id in self.request.access.organisations_led

    # --- What is sent ---------------------------------------------------------------------

    def post(self, request, *args, **kwargs):
        self.typed = {name: text.strip() for name, text in request.POST.items() if name.startswith("cell-")}
        self.typed = {name: text for name, text in self.typed.items() if text and whole(name.split("-")[1])}
        self.only = [pk for pk in map(whole, request.POST.get("rows", "").split(",")) if pk][: gaps.MOST_PASTED]
        if "paste" in request.POST:
            return self.paste(request)
        return self.save(request)

    def paste(self, request):
        """Put a pasted column into the grid; nothing is saved by it."""
        need = next((one for one in self.all_needs if one.kind == request.POST.get("paste_fact")), None)
        text = request.POST.get("pasted", "")
        if need is None or not text.strip():
            self.problems.append("Choose what the column holds, and paste it into the box.")
            return self.again()
        by_pk = {row.pk: row for row in self.rows().filter(pk__in=self.only)}
        shown = [by_pk[pk] for pk in self.only if pk in by_pk]
        anybody = self.rows() if "\t" in text else []
        pasted = gaps.lay(text, need=need, shown=shown, anybody=anybody)
        self.problems += pasted.problems
        self.typed |= {gaps.box(pk, need.kind): value for pk, value in pasted.texts.items()}
        if anybody and pasted.texts:
            typed_for = {int(name.split("-")[1]) for name in self.typed}
            self.only = sorted(typed_for | set(pasted.texts))[: gaps.MOST_PASTED]
        self.pasted_into = len(pasted.texts)
        return self.again()

    def save(self, request):
        answers = self.read()
        if self.errors:
            return self.again()
        if not answers:
            self.problems.append("Nothing was typed, so there is nothing to save.")
            return self.again()
        standings.refresh(cohort=self.cohort, by=request.user, now=request.now)
        barred = self.cohort.enrolments.live().barred().count()
        try:
            count = filling.fill(cohort=self.cohort, answers=answers, by=request.user, now=request.now)
        except Refused as refused:
            self.problems.append(str(refused))
            return self.again()
        standings.refresh(cohort=self.cohort, by=request.user, now=request.now)
        freed = barred - self.cohort.enrolments.live().barred().count()
        said = f"{count:,} {'fact' if count == 1 else 'facts'} saved."
        if freed > 0:
            said += f" {freed:,} more {'person' if freed == 1 else 'people'} can be matched now."
        messages.success(request, said)
        return redirect(self.address(show=request.GET.get("show"), fact=request.GET.get("fact")))

    def read(self) -> list[tuple[Enrolment, str, object]]:
        """What each box says; what cannot be read, or is known by now, goes to ``errors``."""
        needs = {need.kind: need for need in self.all_needs}
        known = gaps.choices(self.cohort, needs.values(), people=finder_for(self.request.access))
        wanted = {}
        for name, text in self.typed.items():
            _, pk, kind = (*name.split("-", 2), "")[:3]
            if kind in needs:
                wanted.setdefault(int(pk), []).append((name, needs[kind], text))
        rows = gaps.grid(
            self.cohort,
            self.rows().filter(pk__in=wanted),
            self.all_needs,
            self.request.user,
            keeps_jobs=self.keeps_jobs(),
            now=self.request.now,
        )
        answers = []
        for row in rows:
            cells = {cell.name: cell for cell in row.cells}
            for name, need, text in wanted[row.enrolment.pk]:
                try:
                    value = gaps.understood(need, text, known)
                except NotUnderstood as error:
                    self.errors[name] = str(error)
                    continue
                if cells[name].may_fill:
                    answers.append((row.enrolment, need.kind, value))
                elif cells[name].shown:
                    self.errors[name] = (
                        f"By now this is on record: {cells[name].shown}. Empty the box, or change it there."
                    )
                else:
                    self.errors[name] = "You cannot change this person's record."
        return answers

    def again(self):
        return self.render_to_response(self.get_context_data(**self.kwargs))

    # --- What is shown --------------------------------------------------------------------

    def address(self, **asked) -> str:
        asked = {"side": self.side} | {key: value for key, value in asked.items() if value}
        return f"{reverse('programmes:gap-list', args=[self.cohort.pk])}?{urlencode(asked)}"

    def get_context_data(self, **kwargs):
        now, words = self.request.now, self.model.words
        rows = self.rows()
        counts = gaps.counts(rows, self.all_needs, self.needs)
        totals = [(one, self.address(fact=one.need.kind)) for one in counts.summaries]
        if not self.shows_all:  # no column for what everybody has
            typed = {name.split("-", 2)[-1] for name in self.typed}
            lacked = {one.need.kind for one in counts.summaries if one.missing} | typed
            self.needs = [need for need in self.needs if need.kind in lacked] or self.needs
        page = None
        if self.only is None:
            listed = rows if self.shows_all else gaps.lacking(rows, self.needs)
            paginator = Paginator(listed, gaps.PER_PAGE)
            paginator.count = counts.everyone if self.shows_all else counts.lacking  # known already
            page = paginator.get_page(self.request.GET.get("page"))
            listed = page.object_list
        else:
            listed = rows.filter(pk__in=self.only)
        lines = gaps.grid(
            self.cohort,
            listed,
            self.needs,
            self.request.user,
            keeps_jobs=self.keeps_jobs(),
            typed=self.typed,
            errors=self.errors,
            now=now,
        )
        for row in lines:  # what was typed where no box stands any more must not be lost from sight
            for cell in row.cells:
                cell.may_fill = cell.may_fill or bool(cell.typed)
        known = gaps.choices(self.cohort, self.needs)
        errors = [
            (f"id_{cell.name}", f"{row.enrolment.person.name}: {cell.error}")
            for row in lines
            for cell in row.cells
            if cell.error
        ]
        noun = words.of(self.side)
        kept = {"show": self.request.GET.get("show"), "fact": self.request.GET.get("fact")}
        return super().get_context_data(
            cohort=self.cohort,
            caption=f"{self.cohort.programme}, {self.cohort}",
            noun=noun,
            tabs=[
                {"text": capfirst(words.of(side).many), "url": f"?side={side}", "current": side == self.side}
                for side in ("mentee", "mentor")
            ],
            needs=self.needs,
            takes_na=any(not (need.of_people or need.of_the_job) for need in self.needs),
            takes_no_na=get_text_list(
                [need.label.lower() for need in self.needs if need.of_people or need.of_the_job], "or"
            ),
            asks_style=any(need.kind == TAGS for need in self.needs),
            lists=[(need.kind, known.of(need)) for need in self.needs],
            columns="|".join(["Name", *(need.label for need in self.needs)]),
            summaries=totals,
            missing=sum(one.missing for one in counts.summaries),
            waiting_for_facts=counts.waiting,
            lines=lines,
            boxes=any(cell.may_fill for row in lines for cell in row.cells),
            rows_shown=",".join(str(row.enrolment.pk) for row in lines),
            page=page,
            shows_all=self.shows_all,
            one_fact=len(self.needs) == 1 and len(self.all_needs) > 1,
            show_all=self.address(fact=kept["fact"], show="all"),
            show_missing=self.address(fact=kept["fact"]),
            every_fact=self.address(show=kept["show"]),
            problems=[*errors, *(("", problem) for problem in self.problems)],
            pasted_into=getattr(self, "pasted_into", 0),
            pasted=self.request.POST.get("pasted", "") if self.problems else "",
            paste_fact=self.request.POST.get("paste_fact", self.needs[0].kind if self.needs else ""),
            side=self.side,
            may_ask=any(one.missing and one.need in askable(self.model, self.side) for one, _ in totals),
            breadcrumb=[
                ("Programmes", reverse("programmes:programme-list")),
                (
                    f"{self.cohort.programme}, {self.cohort}",
                    reverse("programmes:cohort-detail", args=[self.cohort.pk]),
                ),
            ],
            **kwargs,
        )
