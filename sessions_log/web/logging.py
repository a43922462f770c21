"""Pages on which sessions are logged: from a mail without signing in, by a bookmark, or with its details."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from people.actions import links
from people.days import in_words
from people.web.sign_in import LinkPage
from programmes.models import Relationship
from sessions_log import agenda
from sessions_log.actions import goals, sessions
from sessions_log.actions.asking import DID_YOU_MEET
from sessions_log.bookable import taking_part
from sessions_log.goals import open_steps
from sessions_log.letters import when_in_words
from sessions_log.models import Attendance, Session
from sessions_log.queries.sessions import sessions_of
from sessions_log.web.drafts import KeepsDraft
from sessions_log.web.log_forms import LogForm, PastLogForm
from sessions_log.web.sessions import OfLivingRelationship
from sessions_log.weeks import topics_about


class SessionMet(LinkPage):
    """The page of a mail's link: one question and one button. It knows that one session, and nobody's name."""

    template_name = "sessions_log/session_met.html"
    spent_template = "sessions_log/met_spent.html"
    form_class = forms.Form
    purpose = DID_YOU_MEET

    def open_link(self):
        """The link, while its session waits to be logged and the mentoring goes on."""
        link = super().open_link()
        self.session = link and (
            Session.objects.planned()
            .filter(pk=link.about_id, relationship__state__in=Relationship.UNDER_WAY, starts_at__lt=self.request.now)
            .filter(attendances__member__person=link.person, attendances__member__left_at=None)
            .select_related("relationship__cohort__programme")
            .first()
        )
        return link if self.session else None

    def get_context_data(self, **kwargs):
        return super().get_context_data(when=when_in_words(self.session), **kwargs)

    def form_valid(self, form):
        try:
            links.use(link=self.link, by=self.link.person, now=self.request.now)
            sessions.log(session=self.session, by=self.link.person, now=self.request.now)
        except Refused:  # logged or cancelled a moment ago
            return self.spent()
        return render(self.request, "sessions_log/met_thanks.html", {"relationship": self.session.relationship})


class SessionSpoke(OfLivingRelationship, TemplateView):
    """ "We spoke today": a page to keep as a bookmark, with one button."""

    template_name = "sessions_log/session_spoke.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate(self.request.now)
        done = self.relationship.sessions.held().filter(day=today).exists()
        return super().get_context_data(today=f"{today:%A} {in_words(today)}", done=done, **kwargs)

    def post(self, request, *args, **kwargs):
        today = timezone.localdate(request.now)
        try:
            sessions.log_unplanned(relationship=self.relationship, day=today, by=request.user, now=request.now)
        except Refused as refusal:
            if not self.relationship.sessions.held().filter(day=today).exists():  # pressed twice, it is one session
                messages.error(request, str(refusal))
                return redirect("sessions_log:session-list", pk=self.relationship.pk)
        return redirect("sessions_log:session-spoke", pk=self.relationship.pk)


class Logging(KeepsDraft, OfLivingRelationship, FormView):
    """The two pages on which a session is logged with its details and with what comes next."""

    session: Session | None = None  # none: it was never planned
    refused_at: str | None = None  # the field beside which a refusal stands

    def get_form_kwargs(self):
        viewer = self.request.user
        return (
            super().get_form_kwargs()
            | {
                "relationship": self.relationship,
                "by": viewer,
                "open_steps": open_steps(self.relationship, viewer, now=self.request.now),
            }
            | self.what_may_have_come_up()
        )

    def what_may_have_come_up(self) -> dict:
        """Of the outline, or of what the group meant to talk about, for about the day of the session."""
        now, session = self.request.now, self.session
        day = session.day if session else timezone.localdate(now)
        return {
            "topics": topics_about(day, self.relationship, self.terms.model, self.plan),
            "agenda": agenda.about(day, self.relationship, self.request.user, session=session, now=now),
        }

    def form_valid(self, form):
        try:
            session = goals.log_and_carry_on(
                relationship=self.relationship,
                session=self.session,
                day=form.cleaned_data.get("day"),
                details=form.details(),
                talked_about=form.came_up(),
                done=form.done_goals(),
                step=form.next_step(),
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error(self.refused_at, str(refusal))
            return self.form_invalid(form)
        return self.done(f"Logged: {when_in_words(session)}")


class SessionLog(Logging):
    """Log a session that was planned, or change what was logged of one."""

    template_name = "sessions_log/session_log.html"
    form_class = LogForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        begun = sessions_of(self.relationship, request.user).exclude(state=Session.State.CANCELLED)
        self.session = get_object_or_404(
            begun.filter(day__lte=timezone.localdate(request.now)).select_related("relationship__cohort__programme"),
            pk=kwargs["session"],
        )

    def get_form_kwargs(self):
        members = [attendance.member for attendance in self.session.attendances.all()]
        return super().get_form_kwargs() | {"members": members, "minutes": self.session.minutes}

    def get_initial(self):
        initial = {"mode": self.session.mode, "topics": self.session.topics}
        if self.session.state == Session.State.HELD:
            attended = [
                one.member_id for one in self.session.attendances.all() if one.state == Attendance.State.ATTENDED
            ]
            own = self.session.in_own_time
            initial |= {"attended": attended, "time": {True: "own", False: "work"}.get(own, "")}
        return initial

    def get_context_data(self, **kwargs):
        return super().get_context_data(session=self.session, when=when_in_words(self.session), **kwargs)


class SessionLogPast(Logging):
    """Log a session that was held without being planned."""

    template_name = "sessions_log/session_log_past.html"
    form_class = PastLogForm
    refused_at = "day"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "members": taking_part(self.relationship),
            "minutes": self.terms.cadence.minutes,
            "today": timezone.localdate(self.request.now),
        }


class SessionMiss(OfLivingRelationship, View):
    """A planned session did not happen."""

    def post(self, request, *args, **kwargs):
        session = get_object_or_404(sessions_of(self.relationship, request.user), pk=kwargs["session"])
        try:
            sessions.miss(session=session, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sessions_log:session-list", pk=self.relationship.pk)
        return self.done("Kept. Book another time if you like.")
