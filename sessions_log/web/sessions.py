"""Pages on which members book, move, cancel and see their sessions. Nobody else gets in, leads included."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from look.numbers import whole
from programmes.models import Member, Relationship
from sessions_log import agenda
from sessions_log.actions import plans, sessions
from sessions_log.goals import open_steps, owners
from sessions_log.hours import free_times
from sessions_log.letters import by_channel, when_in_words
from sessions_log.models import Session, Target
from sessions_log.part_time import cannot_attend
from sessions_log.prep import prep_link
from sessions_log.queries.notes import may_write
from sessions_log.queries.offers import open_offers, others_than, time_lines
from sessions_log.queries.sessions import SOON, kept_free, overview, sessions_of, without_superseded, words_of
from sessions_log.terms import plan_of, terms_of
from sessions_log.web.booking_forms import BookingForm, MoveForm, PlanForm, slot_initial, target_day
from sessions_log.web.own import OfOwnRelationship
from sessions_log.weeks import has_outline, topic_on

OBSERVER = Member.Role.OBSERVER
DATES_AHEAD = 3  # how many dates of the cadence a page shows
MOST_DATES = 24  # that are looked through for them
LATE_BY = timedelta(days=31)  # a date that went by longer ago is offered no more
FREE_DAYS = 28  # how far ahead free times are shown


class OfLivingRelationship(OfOwnRelationship):
    """One's own relationship, of which one is a member today and which has not ended; else 404."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_write(self.relationship, request.user):
            raise Http404
        self.terms = terms_of(self.relationship)
        self.plan = plan_of(self.relationship, now=request.now)

    def others(self) -> list[Member]:
        return list(others_than(self.relationship, self.request.user).select_related("person__preferred_channel"))

    def open_targets(self) -> list[Target]:
        """The next dates for which nothing is booked, the one asked for in the address first."""
        wanted = whole(self.request.GET.get("target"))
        today, asked = timezone.localdate(self.request.now), self.relationship.targets.open().order_by("due_on")
        ahead = without_superseded(asked.filter(due_on__gte=today - LATE_BY)[:MOST_DATES], today=today)
        if wanted and all(target.pk != wanted for target in ahead):
            ahead = [*asked.filter(pk=wanted), *ahead]
        return sorted(ahead, key=lambda target: (target.pk != wanted, target.due_on))[:DATES_AHEAD]

    def done(self, message: str):
        messages.success(self.request, message)
        return redirect("sessions_log:session-list", pk=self.relationship.pk)

    def refused(self, form, refusal: Refused):
        """The form as it was sent, with the sentence; 409, since what stands in the way is somebody else's doing."""
        form.add_error(None, str(refusal))
        return self.render_to_response(self.get_context_data(form=form), status=409)


class SessionOverview(TemplateView):
    """All that one mentors or is mentored in, on one screen: what is next, what is due, what waits for an answer."""

    template_name = "sessions_log/session_overview.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(lines=overview(self.request.user, now=self.request.now), **kwargs)


class SessionList(OfOwnRelationship, TemplateView):
    """The sessions of one relationship: offered, planned, asked for, past."""

    template_name = "sessions_log/session_list.html"

    def get_context_data(self, **kwargs):
        request, relationship = self.request, self.relationship
        now, today = request.now, timezone.localdate(request.now)
        found = list(sessions_of(relationship, request.user))
        lives = may_write(relationship, request.user)
        offers = open_offers(relationship, now=now) if lives else []
        relationship.known = list(
            relationship.members.knowing().select_related("person__preferred_channel").order_by("pk")
        )
        others = [one for one in relationship.known if one.person_id != request.user.pk and one.role != OBSERVER]
        others = others if lives else []
        is_group = relationship.shape == Relationship.Shape.GROUP
        if is_group and offers:
            members = [*others, relationship.members.current().select_related("person").get(person=request.user)]
            for offer in offers:
                offer.lines = time_lines(offer, request.user, members=members)
        terms, plan = terms_of(relationship), plan_of(relationship, now=now)
        # One that has just gone by stands here too, as on home: it can still be booked, or left out.
        lately = relationship.targets.filter(due_on__gte=today - SOON).order_by("due_on")
        dates = list(lately) if lives else []
        unbooked = without_superseded((one for one in dates if one.state == Target.State.OPEN), today=today)
        gone_by = sum(one.due_on < today for one in unbooked)
        ahead = unbooked[: gone_by + DATES_AHEAD]
        for one in [*found, *ahead]:  # what the outline suggests for its day
            day = one.day if isinstance(one, Session) else one.due_on
            one.topic = topic_on(day, relationship, terms.model, plan)
        talked_about = agenda.came_up(relationship, found, request.user, now=now)
        for session in found:
            session.came_up = session.topics or talked_about.get(session.pk, [])
        return super().get_context_data(
            lives=lives,
            sets_goals=lives and bool(owners(relationship, request.user)),
            is_group=is_group,
            planned=[one for one in found if one.state == Session.State.PLANNED and one.starts_at > now],
            to_log=[one for one in found if one.state == Session.State.PLANNED and one.starts_at <= now and lives],
            past=[one for one in reversed(found) if one.state in (Session.State.HELD, Session.State.MISSED)],
            offers=offers,
            targets=ahead,
            left_out=[one for one in dates if one.state == Target.State.SKIPPED and one.due_on >= today],
            cadence=terms.cadence,
            has_outline=has_outline(terms.model),
            kept_free=kept_free(relationship, request.user, minutes=terms.cadence.held_after_minutes),
            reachable=[(one, by_channel(one.person).lstrip(", ")) for one in others],
            words=words_of(relationship, request.user),
            cannot=cannot_attend(relationship, now=now) if lives else [],
            prep=prep_link(relationship, request.user, now=now) if lives else None,
            steps=open_steps(relationship, request.user, now=now) if lives else [],
            **kwargs,
        )


class SessionBook(OfLivingRelationship, FormView):
    """Book a session: a free hour of the mentor's, a time that is agreed, or up to three times to offer."""

    template_name = "sessions_log/session_book.html"
    form_class = BookingForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "targets": self.open_targets(),
            "minutes": self.terms.cadence.minutes,
            "plan": self.plan,
        }

    def get_initial(self):
        usual = {"time": f"{self.plan.starts_at:%H:%M}"} if self.plan.starts_at else {}
        today, ahead = timezone.localdate(self.request.now), self.open_targets()
        if self.request.GET.get("target") and ahead:
            usual["day"] = target_day(ahead[0], today)
        return usual | slot_initial(self.request.GET.get("at", ""), self.request.now)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            chosen="at" in self.request.GET, free=self.free_times(), query=self.query(), **kwargs
        )

    def query(self) -> str:
        """What the links of free times keep of the address."""
        target = whole(self.request.GET.get("target"))
        return f"target={target}&amp;" if target else ""

    def free_times(self) -> list[tuple]:
        """The free hours of the mentors by day; a mentor books into the hours of nobody."""
        others = self.others()
        mentors = [one.person for one in others if one.role == Member.Role.MENTOR]
        if len(mentors) != 1:
            return []
        rest = [self.request.user, *(one.person for one in others if one.role != Member.Role.MENTOR)]
        free = free_times(
            mentors[0],
            with_others=rest,
            minutes=self.terms.cadence.minutes,
            days=FREE_DAYS,
            now=self.request.now,
        )
        days = {}
        for moment in free:
            days.setdefault(timezone.localdate(moment), []).append(moment)
        return list(days.items())[:10]

    def form_valid(self, form):
        try:
            session = sessions.book(
                relationship=self.relationship,
                starts_at=form.cleaned_data["starts_at"],
                target=form.target(),
                by=self.request.user,
                now=self.request.now,
                **form.how(),
            )
        except Refused as refusal:
            return self.refused(form, refusal)
        plans.keep_how(relationship=self.relationship, by=self.request.user, now=self.request.now, **form.how())
        return self.done(f"Booked for {when_in_words(session)}")


class OfPlannedSession(OfLivingRelationship):
    """A planned session of one's own that has not begun; else 404."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        planned = sessions_of(self.relationship, request.user).planned().filter(starts_at__gt=request.now)
        self.session = get_object_or_404(
            planned.select_related("relationship__cohort__programme"), pk=kwargs["session"]
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs | {"session": self.session, "when": when_in_words(self.session)})


class SessionMove(OfPlannedSession, FormView):
    """Another time, length or place for a planned session; the others are told."""

    template_name = "sessions_log/session_move.html"
    form_class = MoveForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"targets": [], "minutes": self.session.minutes, "plan": self.plan}

    def get_initial(self):
        starts_at = timezone.localtime(self.session.starts_at)
        return {
            "day": starts_at.date(),
            "time": f"{starts_at:%H:%M}",
            "mode": self.session.mode,
            "link": self.session.link,
            "place": self.session.place,
            "seen": self.session.sequence,
        }

    def form_valid(self, form):
        try:
            session = sessions.move(
                session=self.session,
                starts_at=form.cleaned_data["starts_at"],
                seen=form.cleaned_data["seen"],
                by=self.request.user,
                now=self.request.now,
                **form.how(),
            )
        except Refused as refusal:
            return self.refused(form, refusal)
        return self.done(f"Moved to {when_in_words(session)}")


class SessionCancel(OfPlannedSession, TemplateView):
    """Ask once, then cancel. No reason is asked for."""

    template_name = "sessions_log/session_cancel.html"

    def post(self, request, *args, **kwargs):
        try:
            sessions.cancel(session=self.session, seen=self.session.sequence, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sessions_log:session-list", pk=self.relationship.pk)
        return self.done(f"Cancelled: {when_in_words(self.session)}")


class SeriesBook(OfLivingRelationship, View):
    """Book every date to come at the usual time, in one go; what is not free is said and left out."""

    def post(self, request, *args, **kwargs):
        try:
            booked, clashes = sessions.book_series(relationship=self.relationship, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sessions_log:session-list", pk=self.relationship.pk)
        for sentence in clashes:
            messages.warning(request, sentence)
        return self.done(f"{len(booked)} session{'' if len(booked) == 1 else 's'} booked")


class PlanEdit(OfLivingRelationship, FormView):
    """How the members mean to meet: the first day, the usual time, the video room."""

    template_name = "sessions_log/plan_edit.html"
    form_class = PlanForm

    def get_initial(self):
        plan = self.plan
        return {
            "first_on": plan.first_on,
            "starts_at": f"{plan.starts_at:%H:%M}" if plan.starts_at else "",
            "mode": plan.mode,
            "link": plan.link,
            "place": plan.place,
            "ends_on": plan.ends_on,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(cadence=self.terms.cadence, **kwargs)

    def form_valid(self, form):
        try:
            plans.change(
                relationship=self.relationship, by=self.request.user, now=self.request.now, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        for sentence in cannot_attend(self.relationship, now=self.request.now):
            messages.warning(self.request, sentence)
        return self.done("Kept")

    def get_success_url(self):
        return reverse("sessions_log:session-list", args=[self.relationship.pk])
