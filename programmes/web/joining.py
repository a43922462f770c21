"""Pages by which people join, answer and change their own part; and the lead's page of who was asked."""

from datetime import timedelta

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from programmes import mentoring_models
from programmes.actions import enrolments, joining
from programmes.bringing import may_name
from programmes.choosing import may_choose
from programmes.dates import in_words
from programmes.groups import named_of, others_in
from programmes.introductions import asks_for, introduces
from programmes.models import Enrolment, JoiningLink, Member, Relationship, Side
from programmes.offers import part_links
from programmes.queries import asked_lines, candidates, may_join, places_known
from programmes.web.joining_forms import CapacityForm, EmailForm, HopeForm, JoiningLinkForm, PartForm, RestForm
from programmes.web.programmes import led_cohort

WITH_PROGRAMME = "cohort__programme__organisation"


class OfOwnEnrolment:
    """Loads one of the viewer's own enrolments; anybody else's is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        own = Enrolment.objects.filter(person=request.user, cohort__programme__closed_at=None)
        self.enrolment = get_object_or_404(own.select_related("person", WITH_PROGRAMME), pk=kwargs["pk"])
        self.model = mentoring_models.of(self.enrolment.cohort.programme)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            enrolment=self.enrolment,
            programme=self.enrolment.cohort.programme,
            noun=self.model.words.of(self.enrolment.side),
            model=self.model,
            back=reverse("programmes:enrolment-detail", args=[self.enrolment.pk]),
            **kwargs,
        )


def _expectation(model, side: str) -> str:
    return model.texts.what_to_expect.of(side)


class EnrolmentAnswer(OfOwnEnrolment, FormView):
    """Answer whoever asked: yes, or not now. Looking at the page answers nothing."""

    template_name = "programmes/enrolment_answer.html"
    form_class = PartForm

    def dispatch(self, request, *args, **kwargs):
        if self.enrolment.state == Enrolment.State.ENROLLED:
            return redirect("programmes:enrolment-detail", self.enrolment.pk)
        if self.enrolment.state == Enrolment.State.WITHDRAWN:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": self.model, "side": self.enrolment.side}

    def post(self, request, *args, **kwargs):
        if "no" in request.POST:  # whatever was typed meanwhile does not matter
            joining.answer(enrolment=self.enrolment, yes=False, by=request.user, now=request.now)
            messages.success(request, "Thank you for answering. You can change your mind on this page at any time.")
            return redirect("programmes:enrolment-answer", self.enrolment.pk)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            enrolment = joining.answer(
                enrolment=self.enrolment, yes=True, by=self.request.user, now=self.request.now, **form.part()
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"Thank you. You take part as {self.model.words.of(enrolment.side).a}.")
        return redirect("programmes:enrolment-detail", enrolment.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            expectation=_expectation(self.model, self.enrolment.side),
            said_no=self.enrolment.state == Enrolment.State.DECLINED,
            **kwargs,
        )


class EnrolmentDetail(TemplateView):
    """One person's part in a cohort: for themselves, and for those who lead it."""

    template_name = "programmes/enrolment_detail.html"

    def dispatch(self, request, *args, **kwargs):
        visible = Enrolment.objects.visible_to(request.user, now=request.now)
        self.enrolment = get_object_or_404(visible.select_related("person", WITH_PROGRAMME), pk=kwargs["pk"])
        self.own = self.enrolment.person_id == request.user.pk
        if self.own and self.enrolment.state in (Enrolment.State.OFFERED, Enrolment.State.DECLINED):
            return redirect("programmes:enrolment-answer", self.enrolment.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        enrolment, cohort = self.enrolment, self.enrolment.cohort
        model = mentoring_models.of(cohort.programme)
        noun = model.words.of(enrolment.side)
        other = model.partner_of(enrolment.side)
        takes_part = enrolment.state == Enrolment.State.ENROLLED
        span = model.capacity.of(enrolment.side)
        may_change = takes_part and not span.is_fixed
        rows = [
            ("Part", capfirst(noun.one)),
            ("Since" if takes_part else "State", self._since() if takes_part else enrolment.get_state_display()),
            (
                capfirst(other.many) if span.most > 1 else capfirst(other.one),
                f"{places_known(enrolment, self.request.user)} of {enrolment.capacity}",
                *([reverse("programmes:enrolment-change", args=[enrolment.pk])] if may_change else []),
            ),
        ]
        today = timezone.localdate(self.request.now)
        rests = enrolment.rests_until if enrolment.rests_until and enrolment.rests_until >= today else None
        if takes_part and enrolment.side != Side.MENTEE:
            rest = reverse("programmes:enrolment-rest", args=[enrolment.pk])
            rows.append(("Takes nobody new until", in_words(rests) if rests else "No rest planned", rest))
        if enrolment.side == Side.MENTEE:
            hope = getattr(enrolment, "hope", None)
            edit = [reverse("programmes:hope-edit", args=[enrolment.pk])] if self.own and takes_part else []
            heading = "What you hope for" if self.own else f"What {enrolment.person.given_name} hopes for"
            rows.append((heading, hope.text if hope else "", *edit))
        return super().get_context_data(
            enrolment=enrolment,
            cohort=cohort,
            programme=cohort.programme,
            own=self.own,
            noun=noun,
            rows=rows,
            takes_part=takes_part,
            matches=self._matches(),
            groups_url=reverse("programmes:group-list", args=[cohort.pk]) if model.group else "",
            outcome=model.duration.outcome if enrolment.side == Side.MENTEE else "",
            choose=f"Choose {other.a}" if self.own and may_choose(enrolment, model) else "",
            brings=f"Bring {other.a}" if self.own and may_name(enrolment, model) else "",
            asking=_asking(model, enrolment, self.own) if takes_part else [],
            links=part_links(enrolment, now=self.request.now) if self.own else [],
            weighs_style=any(preference.kind == "style" and preference.weight for preference in model.preferences),
            expectation=_expectation(model, enrolment.side) if self.own else "",
            back=reverse("home") if self.own else reverse("programmes:cohort-detail", args=[cohort.pk]),
            back_text="Home" if self.own else f"{cohort.programme}, {cohort}",
            **kwargs,
        )

    def _since(self) -> str:
        return in_words(timezone.localdate(self.enrolment.enrolled_at))

    def _matches(self) -> list[tuple[str, str]]:
        """Whom they have, with the page of each match; of one's own, those that one was told of."""
        person, viewer = self.enrolment.person, self.request.user
        seen = Relationship.objects.live()
        seen = seen.of(person) if self.own else seen.visible_to(viewer, now=self.request.now)
        memberships = Member.objects.current().filter(enrolment=self.enrolment).order_by().values("relationship")
        found = seen.filter(pk__in=memberships).prefetch_related("members__person")
        return [(self._called(one), reverse("programmes:relationship-detail", args=[one.pk])) for one in found]

    def _called(self, relationship: Relationship) -> str:
        if relationship.is_group:
            return named_of(relationship)
        current = [one for one in relationship.members.all() if one.left_at is None]
        return others_in(relationship, current, self.enrolment.person)


def _asking(model, enrolment: Enrolment, own: bool) -> list[tuple[str, str]]:
    """Where people are found by asking: what one looks for, and what one offers; each page with its name."""
    if not introduces(model):
        return []
    found = []
    if enrolment.side in model.matching.asking:
        name = "request-detail" if own else "request-confirm"
        if own or hasattr(enrolment, "request"):
            words = "What you look for" if own else "What they look for"
            found.append((words, reverse(f"programmes:{name}", args=[enrolment.pk])))
    if enrolment.side in {asks_for(model, side) for side in model.matching.asking}:
        words = "What you offer, as others read it" if own else "What they offer"
        found.append((words, reverse("programmes:listing-edit", args=[enrolment.pk])))
    return found


class EnrolmentChange(FormView):
    """Give an enrolment more or fewer places: the person themselves, or a lead."""

    template_name = "programmes/enrolment_change.html"
    form_class = CapacityForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        visible = Enrolment.objects.live().visible_to(request.user, now=request.now)
        self.enrolment = get_object_or_404(visible.select_related("person", WITH_PROGRAMME), pk=kwargs["pk"])
        self.model = mentoring_models.of(self.enrolment.cohort.programme)
        if self.model.capacity.of(self.enrolment.side).is_fixed:
            raise Http404

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": self.model, "side": self.enrolment.side}

    def get_initial(self):
        return {"capacity": self.enrolment.capacity}

    def form_valid(self, form):
        try:
            enrolments.change_capacity(
                enrolment=self.enrolment,
                capacity=form.cleaned_data["capacity"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error("capacity", str(refused))
            return self.form_invalid(form)
        places = self.enrolment.capacity
        if self.came_from:
            now_has = f"{self.enrolment.person.name} has {places} place{'' if places == 1 else 's'} now."
            messages.success(self.request, now_has)
        return redirect(self.back)

    @property
    def came_from(self) -> str:
        """The page of this portal that led here and wants its reader back, if one did."""
        page = self.request.GET.get("next", "")
        is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
        return page if is_ours else ""

    @property
    def back(self) -> str:
        return self.came_from or reverse("programmes:enrolment-detail", args=[self.enrolment.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            enrolment=self.enrolment,
            own=self.enrolment.person_id == self.request.user.pk,
            taken=places_known(self.enrolment, self.request.user),
            programme=self.enrolment.cohort.programme,
            back=self.back,
            came_from=self.came_from,
            **kwargs,
        )


class EnrolmentRest(FormView):
    """Take nobody new for a while: a mentor themselves, or a lead for them. Those whom they have go on."""

    template_name = "programmes/enrolment_rest.html"
    form_class = RestForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        visible = Enrolment.objects.live().exclude(side=Side.MENTEE).visible_to(request.user, now=request.now)
        self.enrolment = get_object_or_404(visible.select_related("person", WITH_PROGRAMME), pk=kwargs["pk"])

    def get_initial(self):
        return {"until": self.enrolment.rests_until}

    def form_valid(self, form):
        until = form.cleaned_data["until"]
        try:
            enrolments.rest(enrolment=self.enrolment, until=until, by=self.request.user, now=self.request.now)
        except Refused as refused:
            form.add_error("until", str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"Nobody new until {in_words(until)} has passed." if until else "Saved.")
        return redirect("programmes:enrolment-detail", self.enrolment.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            enrolment=self.enrolment,
            own=self.enrolment.person_id == self.request.user.pk,
            programme=self.enrolment.cohort.programme,
            words=mentoring_models.of(self.enrolment.cohort.programme).words,
            back=reverse("programmes:enrolment-detail", args=[self.enrolment.pk]),
            **kwargs,
        )


class HopeEdit(OfOwnEnrolment, FormView):
    """Write what one hopes for. The mentor reads it before the first meeting."""

    template_name = "programmes/hope_edit.html"
    form_class = HopeForm

    def dispatch(self, request, *args, **kwargs):
        if self.enrolment.state != Enrolment.State.ENROLLED or self.enrolment.side != Side.MENTEE:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": self.model}

    def get_initial(self):
        hope = getattr(self.enrolment, "hope", None)
        return {"text": hope.text if hope else ""}

    def form_valid(self, form):
        joining.write_hope(
            enrolment=self.enrolment, text=form.cleaned_data["text"], by=self.request.user, now=self.request.now
        )
        return redirect("programmes:enrolment-detail", self.enrolment.pk)


# --- The lead's page, and the link ------------------------------------------------------------


class JoiningList(FormView):
    """Who was asked and what they said; the joining links, and opening one."""

    template_name = "programmes/joining_list.html"
    form_class = JoiningLinkForm

    def dispatch(self, request, *args, **kwargs):
        self.cohort = led_cohort(request, kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"words": self.model.words}

    def get_initial(self):
        return {"last_day": timezone.localdate(self.request.now) + timedelta(weeks=4)}

    def form_valid(self, form):
        try:
            joining.open_link(cohort=self.cohort, **form.cleaned_data, by=self.request.user, now=self.request.now)
        except Refused as refused:
            form.add_error("side", str(refused))
            return self.form_invalid(form)
        return redirect("programmes:joining-list", self.cohort.pk)

    def get_context_data(self, **kwargs):
        today = timezone.localdate(self.request.now)
        links = JoiningLink.objects.open(on=today).filter(cohort=self.cohort)
        lines = asked_lines(self.cohort, page=self.request.GET.get("page"))
        return super().get_context_data(
            cohort=self.cohort,
            links=[
                {
                    "link": link,
                    "noun": self.model.words.of(link.side),
                    "address": settings.PORTAL_ADDRESS + reverse("programmes:join", args=[link.pk]),
                }
                for link in links
            ],
            referral=settings.PORTAL_ADDRESS + reverse("programmes:referral-make", args=[self.cohort.pk])
            if self.model.referral
            else "",
            words=self.model.words,
            may_ask_before=self.request.now - joining.PAUSE,
            page=lines,
            breadcrumb=[
                ("Programmes", reverse("programmes:programme-list")),
                (f"{self.cohort.programme}, {self.cohort}", reverse("programmes:cohort-detail", args=[self.cohort.pk])),
            ],
            **kwargs,
        )


class JoiningClose(View):
    """Close a joining link."""

    http_method_names = ["post"]

    def post(self, request, pk):
        led = JoiningLink.objects.led_by(request.user, now=request.now)
        link = get_object_or_404(led.select_related("cohort"), pk=pk)
        joining.close_link(link=link, by=request.user, now=request.now)
        messages.success(request, "The link is closed.")
        return redirect("programmes:joining-list", link.cohort_id)


class EnrolmentAskAgain(View):
    """Send the question once more to somebody who has not answered, or who said not now."""

    http_method_names = ["post"]

    def post(self, request, pk):
        led = Enrolment.objects.led_by(request.user, now=request.now)
        enrolment = get_object_or_404(led.select_related("person", WITH_PROGRAMME), pk=pk)
        joining.ask(
            cohort=enrolment.cohort, person=enrolment.person, side=enrolment.side, by=request.user, now=request.now
        )
        messages.success(request, f"{enrolment.person.given_name} is asked. One mail goes in a day at most.")
        return redirect("programmes:joining-list", enrolment.cohort_id)


@method_decorator(login_not_required, name="dispatch")
class Join(FormView):
    """What the joining link opens: joining for whoever is signed in, else a box for the work e-mail address."""

    template_name = "programmes/join.html"

    def dispatch(self, request, *args, **kwargs):
        links = JoiningLink.objects.open(on=timezone.localdate(request.now)).select_related(WITH_PROGRAMME)
        self.link = links.filter(pk=kwargs["pk"]).first()
        if self.link is None:
            return render(request, "programmes/join_closed.html", status=410)
        self.model = mentoring_models.of(self.link.cohort.programme)
        if request.user.is_authenticated:
            there = Enrolment.objects.live().filter(cohort=self.link.cohort, person=request.user, side=self.link.side)
            if enrolment := there.first():
                return redirect("programmes:enrolment-detail", enrolment.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class=None):
        kwargs = self.get_form_kwargs()
        if self.request.user.is_authenticated:
            return PartForm(model=self.model, side=self.link.side, **kwargs)
        return EmailForm(**kwargs)

    def form_valid(self, form):
        request = self.request
        if not request.user.is_authenticated:
            email = form.cleaned_data["email"].lower()
            if not ratelimit.consume(request, action="join", key=email):
                form.add_error("email", "Too many tries with this address. Wait an hour, then try again")
                return self.form_invalid(form)
            joining.send_link(link=self.link, email=email, by=None, now=request.now)
            return render(request, "programmes/join_sent.html", {"organisation": self.organisation})
        if barred := self.barred():
            form.add_error(None, barred)
            return self.form_invalid(form)
        try:
            enrolment = joining.join(link=self.link, by=request.user, now=request.now, **form.part())
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(request, f"Thank you. You take part as {self.model.words.of(self.link.side).a}.")
        return redirect("programmes:enrolment-detail", enrolment.pk)

    @property
    def organisation(self):
        return self.link.cohort.programme.organisation

    def barred(self) -> str:
        """Why the person signed in cannot take part on this side; empty where they can."""
        person, cohort = self.request.user, self.link.cohort
        if not may_join(self.link, person, now=self.request.now):
            return f"This link is for people who work at {self.organisation}."
        [found] = candidates(cohort, [person], self.link.side, now=self.request.now)
        return "" if found.can_be_enrolled else next(one.to_self for one in found.refusals if not one.missing)

    def get_context_data(self, **kwargs):
        signed_in = self.request.user.is_authenticated
        return super().get_context_data(
            link=self.link,
            programme=self.link.cohort.programme,
            cohort=self.link.cohort,
            model=self.model,
            noun=self.model.words.of(self.link.side),
            expectation=_expectation(self.model, self.link.side),
            barred=self.barred() if signed_in else "",
            signed_in=signed_in,
            **kwargs,
        )
