"""Pages of forms for those who owe or read them: lists, filling in, reading, beginning one, asking for one."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from look.free_text import FreeTextForm
from people.models import Person
from programmes import mentoring_models
from programmes.models import Cohort, Relationship
from sessions_log.actions import form_opening, session_forms
from sessions_log.models import SessionForm, hosted_programmes
from sessions_log.queries.forms import answers_read, concerning, form_lines, with_people
from sessions_log.queries.notes import partners
from sessions_log.session_forms import FormSpec, kept
from sessions_log.web.drafts import taken_from_kept
from sessions_log.web.filling import Filling

PER_PAGE = 50


class FormList(TemplateView):
    """What the viewer owes, and what they have returned."""

    template_name = "sessions_log/form_list.html"

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        owed = SessionForm.objects.open(now=now).owed_by(viewer)
        returned = SessionForm.objects.filter(owed_by=viewer, state=SessionForm.State.RETURNED)
        page = Paginator(with_people(returned.order_by("-returned_at", "-pk")), PER_PAGE).get_page(
            self.request.GET.get("page")
        )
        return super().get_context_data(
            waiting=form_lines(with_people(owed)[: PER_PAGE * 2], viewer, now=now),
            returned=form_lines(page.object_list, viewer, now=now),
            page=page,
            **kwargs,
        )


class FormFill(Filling, View):
    """Fill in a form that one owes. Once it is returned, the same address leads to reading it."""

    template_name = "sessions_log/form_fill.html"

    def dispatch(self, request, *args, **kwargs):
        mine = with_people(SessionForm.objects.filter(owed_by=request.user, opens_at__lte=request.now))
        self.owed = get_object_or_404(mine, pk=kwargs["pk"])
        if self.owed.state == SessionForm.State.RETURNED and request.method == "GET":
            return redirect("sessions_log:form-detail", pk=self.owed.pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if self.owed.state != SessionForm.State.OPEN:
            messages.info(request, f"“{self.spec.title}” is not needed any more. There is nothing to fill in.")
            return redirect("sessions_log:form-list")
        if posted := taken_from_kept(request):
            self.keep_draft(posted)
        return self.begin()

    def post(self, request, *args, **kwargs):
        return self.take()

    def kept(self, draft):
        if draft is None:
            messages.error(self.request, session_forms.NOT_NEEDED)
        else:
            messages.success(self.request, "Your draft is kept. Only you can open it, until you return the form.")
        return redirect("sessions_log:form-list")

    def done(self):
        messages.success(self.request, f"“{self.spec.title}” is returned. Thank you.")
        return redirect("sessions_log:form-list")


class FormDetail(TemplateView):
    """Read what was returned: the answers of which the viewer is a reader, and nothing that says there are others."""

    template_name = "sessions_log/form_detail.html"

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        visible = SessionForm.objects.visible_to(viewer, now=now).filter(state=SessionForm.State.RETURNED)
        form = get_object_or_404(with_people(visible), pk=kwargs["pk"])
        session_forms.read(form=form, by=viewer, now=now)
        spec = kept.of(form)
        return super().get_context_data(
            **kwargs,
            returned=form,
            spec=spec,
            is_own=form.owed_by_id == viewer.pk,
            concerning=concerning(form, viewer),
            answers=answers_read(form, spec, viewer, now=now),
        )


class OfOwnMatch:
    """Loads a match of the viewer's own, and the forms that its model names."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        own = Relationship.objects.of(request.user).select_related("cohort__programme__organisation")
        self.relationship = get_object_or_404(own, pk=kwargs["pk"])
        self.specs = kept.of_model(mentoring_models.of(self.relationship.cohort.programme))


class FormOfRelationship(OfOwnMatch, TemplateView):
    """The forms of one match, for its members: what they owe, may begin or ask for, and what they may read."""

    template_name = "sessions_log/form_of_relationship.html"

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        forms = SessionForm.objects.filter(relationship=self.relationship)
        visible = forms.visible_to(viewer, now=now)
        waiting = visible.filter(owed_by=viewer, state=SessionForm.State.OPEN)
        returned = visible.filter(state=SessionForm.State.RETURNED).order_by("-returned_at", "-pk")
        page = Paginator(with_people(returned), PER_PAGE).get_page(self.request.GET.get("page"))
        mine = set(self.relationship.members.knowing().filter(person=viewer).values_list("role", flat=True))
        return super().get_context_data(
            **kwargs,
            relationship=self.relationship,
            partners=partners(self.relationship, viewer),
            waiting=form_lines(with_people(waiting), viewer, now=now),
            returned=form_lines(page.object_list, viewer, now=now),
            page=page,
            begins=[spec for spec in self.specs if spec.opens.is_by_hand and spec.is_filled_by(mine)],
            asks=[spec for spec in self.specs if spec.filled_by == "referee" and spec.about in mine],
            viewer=viewer,
        )


def spec_named(specs: list[FormSpec], name: str) -> FormSpec:
    """The one of ``specs`` with this key; 404 where there is none."""
    found = next((spec for spec in specs if spec.key == name), None)
    if found is None:
        raise Http404
    return found


class FormBegin(OfOwnMatch, View):
    """Begin a form that one may begin oneself."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        roles = set(self.relationship.members.knowing().filter(person=request.user).values_list("role", flat=True))
        own = [one for one in self.specs if one.opens.is_by_hand and one.is_filled_by(roles)]
        spec = spec_named(own, kwargs["key"])
        try:
            form = form_opening.begin(relationship=self.relationship, spec=spec, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sessions_log:form-of-relationship", pk=self.relationship.pk)
        return redirect("sessions_log:form-fill", pk=form.pk)


class AskForm(forms.Form):
    """Whom to ask."""

    name = forms.CharField(label="Their name", max_length=150)
    email = forms.EmailField(
        label="Their e-mail address", help_text="They have a mail with a link that opens this one form, and no account."
    )


class FormAsk(FormView):
    """Ask somebody outside the match: a colleague about oneself, or, as a lead, the supervisor of the mentee."""

    template_name = "sessions_log/form_ask.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        own = Relationship.objects.of(request.user).order_by().values("pk")
        led = Relationship.objects.led_by(request.user, now=request.now).told().order_by().values("pk")
        either = Relationship.objects.filter(pk__in=own) | Relationship.objects.filter(pk__in=led)
        self.relationship = get_object_or_404(either.select_related("cohort__programme__organisation"), pk=kwargs["pk"])
        self.spec = spec_named(kept.of_model(mentoring_models.of(self.relationship.cohort.programme)), kwargs["key"])
        self.about = self.person_asked_about(request)

    def person_asked_about(self, request) -> Person:
        """Oneself for a referee; for a supervisor the mentee, where one leads the match. Else 404."""
        members = self.relationship.members.knowing().filter(role=self.spec.about).select_related("person")
        if self.spec.filled_by == "referee":
            member = members.filter(person=request.user).first()
        elif self.spec.filled_by == "supervisor" and self.is_lead(request):
            member = members.first()
        else:
            member = None
        if member is None:
            raise Http404
        return member.person

    def is_lead(self, request) -> bool:
        return Relationship.objects.led_by(request.user, now=request.now).filter(pk=self.relationship.pk).exists()

    @property
    def back(self) -> str:
        if self.spec.filled_by == "referee":
            return reverse("sessions_log:form-of-relationship", args=[self.relationship.pk])
        return reverse("programmes:relationship-detail", args=[self.relationship.pk])

    def get_form_class(self):
        return AskForm if self.spec.filled_by == "referee" else forms.Form

    def form_valid(self, form):
        try:
            asked = form_opening.ask(
                relationship=self.relationship,
                spec=self.spec,
                about=self.about,
                by=self.request.user,
                now=self.request.now,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        # As typed: whose address it is, if it is anybody's here, is not told to whoever typed it.
        names = form.cleaned_data.get("name") or " and ".join(one.owed_by.name for one in asked)
        messages.success(self.request, f"{names} will have a mail within a few minutes.")
        return redirect(self.back)

    def get_context_data(self, **kwargs):
        questions = [one for one in self.spec.questions if one.is_asked]
        return super().get_context_data(
            **kwargs, spec=self.spec, about=self.about, back=self.back, questions=questions, viewer=self.request.user
        )


def followed_cohort(request, pk: int) -> Cohort:
    """A cohort that the viewer leads or of whose returns they keep track, or 404."""
    led = Cohort.objects.led_by(request.user, now=request.now).order_by().values("pk")
    hosted = hosted_programmes(request.user, now=request.now).order_by().values("pk")
    either = Cohort.objects.filter(pk__in=led) | Cohort.objects.filter(programme__in=hosted)
    return get_object_or_404(either.select_related("programme__organisation"), pk=pk)


class FormOfCohort(TemplateView):
    """Who owes a form in a cohort, who has returned one, and the answers of which the viewer is a reader."""

    template_name = "sessions_log/form_of_cohort.html"
    SHOWS = {
        "open": "Open",
        "returned": "Returned",
        "excused": "Excused",
    }

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        cohort = followed_cohort(self.request, kwargs["pk"])
        shown = self.request.GET.get("show") if self.request.GET.get("show") in self.SHOWS else "open"
        forms = SessionForm.objects.followed_by(viewer, now=now).filter(
            relationship__cohort=cohort, state=shown, opens_at__lte=now
        )
        order = ["-returned_at", "-pk"] if shown == "returned" else ["due_on", "pk"]
        page = Paginator(with_people(forms.order_by(*order)), PER_PAGE).get_page(self.request.GET.get("page"))
        lines = form_lines(page.object_list, viewer, now=now)
        readable = set(
            SessionForm.objects.visible_to(viewer, now=now)
            .filter(pk__in=[line.form.pk for line in lines], state=SessionForm.State.RETURNED)
            .values_list("pk", flat=True)
        )
        url = reverse("sessions_log:form-of-cohort", args=[cohort.pk])
        return super().get_context_data(
            **kwargs,
            cohort=cohort,
            shown=shown,
            lines=[(line, line.form.pk in readable) for line in lines],
            page=page,
            tabs=[
                {"text": label, "url": f"{url}?show={key}", "current": key == shown}
                for key, label in self.SHOWS.items()
            ],
        )


class ExcuseForm(FreeTextForm):
    """Why a form is not needed."""

    text = forms.CharField(
        label="Why?",
        help_text="Read by the leads of the programme and those who follow its returns, such as: on leave in March.",
        max_length=session_forms.LONGEST_REASON,
    )


class FormExcuse(FormView):
    """Let somebody off a form, with a reason."""

    template_name = "sessions_log/form_excuse.html"
    form_class = ExcuseForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        followed = SessionForm.objects.followed_by(request.user, now=request.now)
        self.owed = get_object_or_404(
            with_people(followed.filter(state=SessionForm.State.OPEN, opens_at__lte=request.now)), pk=kwargs["pk"]
        )

    @property
    def back(self) -> str:
        return reverse("sessions_log:form-of-cohort", args=[self.owed.relationship.cohort_id])

    def form_valid(self, form):
        try:
            session_forms.excuse(
                form=self.owed, reason=form.cleaned_data["text"], by=self.request.user, now=self.request.now
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{self.owed.owed_by.name} is excused. Nothing more is sent about this form.")
        return redirect(self.back)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, owed=self.owed, spec=kept.of(self.owed), back=self.back)
