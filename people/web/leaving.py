"""Pages for somebody's leaving, their coming back, and two records that are one person."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.numbers import whole
from people import leaver_steps, merge_steps, merging, queries
from people.actions import employments, merges
from people.actions import people as people_actions
from people.days import in_words
from people.finding import Finder, NotFound
from people.models import Employment, Grant, Guest, LineManagement, Organisation, Person
from people.web.record_forms import LastDayForm, NewJobForm, ReturningGuestForm
from people.web.records import Acts, OfPerson, organisations_kept


class OfAccount(OfPerson):
    def people(self):
        return queries.may_keep_account(self.request.access)


class PersonLeave(OfAccount, TemplateView):
    """What ends when somebody leaves, and one button. Whoever also works elsewhere leaves only here. A last working day
    that is still to come is kept instead."""

    template_name = "people/person_leave.html"

    def people(self):
        return super().people().filter(is_active=True)

    def organisations(self) -> tuple[list[Organisation], bool]:
        """The viewer's own where the person is, and whether the person is anywhere else too."""
        today, access = timezone.localdate(self.request.now), self.request.access
        places = {
            row.organisation
            for model in (Employment, Guest)
            for row in model.objects.not_over(on=today).filter(person=self.person).select_related("organisation")
        }
        own = [one for one in places if access.is_administrator or one.pk in access.organisations_led]
        return sorted(own, key=lambda one: one.name), len(own) < len(places)

    def jobs(self, own: list[Organisation]) -> list[Employment]:
        """The person's jobs with the viewer's own organisations."""
        here = Employment.objects.not_over(on=timezone.localdate(self.request.now)).filter(organisation__in=own)
        return list(here.filter(person=self.person).select_related("person"))

    def post(self, request, *args, **kwargs):
        own, elsewhere = self.organisations()
        if "until" in request.POST:
            return self.announce(own)
        told = {"person": self.person, "by": request.user, "now": request.now}
        try:
            if elsewhere:
                for organisation in own:
                    people_actions.leave_organisation(organisation=organisation, **told)
            else:
                people_actions.leave(**told)
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.back())
        messages.success(request, f"{self.person.name} has left.")
        gone = not Person.objects.visible_to(request.user, now=request.now).filter(pk=self.person.pk).exists()
        return HttpResponseRedirect(reverse("people:person-list") if gone else self.back())

    def announce(self, own: list[Organisation]):
        form = LastDayForm(self.request.POST)
        if form.is_valid():
            day = form.cleaned_data["last_working_day"]
            try:
                with transaction.atomic():
                    for job in self.jobs(own):
                        employments.announce_end(
                            employment=job, last_working_day=day, by=self.request.user, now=self.request.now
                        )
            except Refused as refused:
                form.add_error("last_working_day", str(refused))
            else:
                said = f"’s last working day is {in_words(day)}." if day else " stays."
                messages.success(self.request, f"{self.person.name}{said}")
                return HttpResponseRedirect(self.back())
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs):
        today, access = timezone.localdate(self.request.now), self.request.access
        own, elsewhere = self.organisations()
        if jobs := self.jobs(own):
            days = [job.last_working_day for job in jobs if job.last_working_day]
            kwargs.setdefault("form", LastDayForm(initial={"last_working_day": min(days, default=None)}))
        recorded = queries.may_keep_record(access).filter(pk=self.person.pk).exists()
        reports = []
        if recorded:
            lines = LineManagement.objects.not_over(on=today)
            managed = lines.filter(manager=self.person).order_by().values("report")
            others = lines.filter(report__in=managed).exclude(manager=self.person).values("report")
            reports = list(Person.objects.filter(pk__in=managed).exclude(pk__in=others.order_by()))
        roles = queries.with_scopes(Grant.objects.not_over(on=today).filter(person=self.person), access)
        ends = [] if elsewhere else leaver_steps.sentences(self.person, self.request.user, now=self.request.now)
        return super().get_context_data(
            own=own, elsewhere=elsewhere, ends=ends, roles=[] if elsewhere else roles, left_without=reports, **kwargs
        )


class PersonReturn(OfAccount, Acts, FormView):
    """Somebody who had left comes back, to a job; or onto the list again, who had come from outside."""

    template_name = "people/person_return.html"

    def people(self):
        return super().people().filter(is_active=False)

    def dispatch(self, request, *args, **kwargs):
        self.organisations = organisations_kept(request.access)
        return super().dispatch(request, *args, **kwargs)

    @property
    def outside(self) -> bool:
        return self.person.guest_of.exists() and not self.person.employments.exists()

    def get_form_class(self):
        return ReturningGuestForm if self.outside else NewJobForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organisations": self.organisations}

    def get_initial(self):
        """As it was when they left."""
        last = (self.person.guest_of if self.outside else self.person.employments).filter(
            organisation__in=self.organisations
        )
        last = last.order_by("-start_date", "-pk").first()
        names = ["organisation", *(["works_at"] if self.outside else employments.DETAILS)]
        return {name: getattr(last, name) for name in names if name != "staff_number"} if last else {}

    def act(self, form):
        said = form.cleaned_data
        told = {"works_at": said["works_at"]} if self.outside else form.job() | {"start_date": said["start_date"]}
        people_actions.take_back(
            person=Person.objects.get(pk=self.person.pk),
            organisation=said["organisation"],
            by=self.request.user,
            now=self.request.now,
            **told,
        )
        return self.done(f"{self.person.name} is back. Invite {self.person.given_name} to sign in when you are ready.")


class PersonMerge(OfAccount, TemplateView):
    """Two records side by side, what would pass over, and one button. ``?with=`` names the other record in words or
    by id, ``?keep=`` the one that goes on."""

    template_name = "people/person_merge.html"

    def other(self, asked: str) -> Person | None:
        """The record that ``asked`` means, among those that the viewer may merge; keeps the sentence if none."""
        self.not_found = ""
        if not asked:
            return None
        people = self.people().exclude(pk=self.person.pk)
        if by_id := people.filter(pk=whole(asked)).first():
            return by_id
        try:
            finder = Finder(people, on=timezone.localdate(self.request.now))
            return Person.objects.get(pk=finder.find(asked))
        except NotFound as error:
            self.not_found = str(error)
            return None

    def order(self, other: Person, keep: str) -> tuple[Person, Person]:
        kept, gone = merging.usual_order(self.person, other)
        return (gone, kept) if keep == str(gone.pk) else (kept, gone)

    def post(self, request, *args, **kwargs):
        other = self.people().exclude(pk=self.person.pk).filter(pk=self.number("other")).first()
        if other is None:
            messages.error(request, "Choose the other record.")
            return HttpResponseRedirect(reverse("people:person-merge", args=[self.person.pk]))
        kept, gone = self.order(other, request.POST.get("keep", ""))
        emails = [person.email for person in (kept, gone)]
        chosen = request.POST.get("email", "")
        email = chosen if chosen in emails else kept.email or gone.email
        needs = merging.needs_administrator(kept, gone, email, request.access)
        if needs and request.access.is_administrator and request.POST.get("sure") != "yes":
            messages.error(request, "Tick that you have made sure that both are one person.")
            return HttpResponseRedirect(self.address(other, kept))
        try:
            kept = merges.merge(kept=kept, gone=gone, email=email, by=request.user, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.address(other, kept))
        messages.success(request, f"The two records of {kept.name} are one.")
        return HttpResponseRedirect(reverse("people:person-detail", args=[kept.pk]))

    def number(self, name: str) -> int:
        """An id that the form sends; 0, which nobody has, for anything else."""
        return whole(self.request.POST.get(name)) or 0

    def address(self, other: Person, kept: Person) -> str:
        return f"{reverse('people:person-merge', args=[self.person.pk])}?with={other.pk}&keep={kept.pk}"

    def get_context_data(self, **kwargs):
        request, access = self.request, self.request.access
        asked = request.GET.get("with", "").strip()[:254]
        other = self.other(asked)
        if other is None:
            return super().get_context_data(
                asked=asked, not_found=self.not_found, alike=merging.alike(self.person, self.people()), **kwargs
            )
        kept, gone = self.order(other, request.GET.get("keep", ""))
        emails = list(dict.fromkeys(person.email for person in (kept, gone) if person.email))
        bound = merging.bound(kept, gone, access)
        email = bound[0].email if bound else emails[0] if emails else None
        recorded = queries.may_keep_record(access).filter(pk__in=[kept.pk, gone.pk]).count() == 2
        needs = merging.needs_administrator(kept, gone, email, access)
        stands_in_way = merging.obstacles(kept, gone, access)
        if needs and not access.is_administrator:
            stands_in_way.append(needs)
        in_use = kept.has_signed_in or gone.has_signed_in
        return super().get_context_data(
            other=other,
            kept=kept,
            gone=gone,
            columns="What is known|The record that goes on|The other",
            rows=self.rows(kept, gone, recorded),
            facts=[one for one in merging.fact_choices(kept, gone) if one.kept and one.gone and one.kept != one.gone]
            if recorded
            else [],
            emails=emails if len(emails) > 1 and (not bound or access.is_administrator) else [],
            email=email,
            in_use=in_use,
            asks_sure=access.is_administrator and in_use,
            obstacles=stands_in_way,
            passes=merge_steps.preview(kept, gone, request.user, now=request.now),
            turned=self.address(other, gone),
            **kwargs,
        )

    def rows(self, kept: Person, gone: Person, recorded: bool) -> list[tuple[str, str, str]]:
        today = timezone.localdate(self.request.now)

        def said(person):
            jobs = [
                ", ".join(filter(None, (job.job_title or "A job", job.get_band_display(), str(job.site or ""))))
                + f" ({'until' if job.is_over(today) else 'since'} "
                + f"{merging.in_words(job.end_date if job.is_over(today) else job.start_date)})"
                for job in person.employments.select_related("site", "organisation")
            ]
            facts = [f"{line.kind.label}: {line.words}" for line in queries.fact_lines(person) if line.words]
            return [
                ("E-mail", [person.email or "None"]),
                ("Signing in", ["Has signed in" if person.has_signed_in else "Never signed in"]),
                ("On the portal since", [merging.in_words(timezone.localdate(person.created_at))]),
                ("State", ["Here" if person.is_active else "Has left"]),
                *([("Jobs", jobs or ["None"]), ("Facts", facts or ["None"])] if recorded else []),
            ]

        return [(one[0], one[1], two[1]) for one, two in zip(said(kept), said(gone), strict=True)]
