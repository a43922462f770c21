"""The words of meeting, of how long it goes on, and of what is asked and chased meanwhile. See field.py."""

from programmes.model_settings.words.field import Field

FIELDS = {
    "Cadence.kind": Field(
        "Rhythm",
        choices={
            "none": "None is set",
            "as-and-when": "As and when it helps",
            "weekly": "Weekly",
            "twice-weekly": "Twice a week",
            "fortnightly": "Every two weeks",
            "monthly": "Monthly",
            "tapering": "Often at first, then less often",
            "fixed-series": "A fixed number of meetings",
        },
    ),
    "Cadence.sentence": Field("In words, for the members", long=True),
    "Cadence.minutes": Field("Length of a meeting", unit="minutes"),
    "Cadence.meetings": Field("Number of meetings", none="Not fixed"),
    "Cadence.months_between": Field(
        "Months between meetings", none="As the rhythm says", help="Separated by commas; the last one repeats."
    ),
    "Cadence.months_by": Field(
        "A month later means",
        choices={"date": "The same date", "weekday": "The same weekday, such as the first Thursday"},
    ),
    "Cadence.weekends": Field("Meetings at weekends"),
    "Cadence.held_after_minutes": Field("Kept free for the mentor after each", unit="minutes"),
    "Weekday.day": Field(
        "Day",
        choices={
            day: day.capitalize()
            for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        },
    ),
    "Weekday.minutes": Field("Length on that day", unit="minutes"),
    "Duration.end": Field(
        "It ends",
        choices={
            "fixed": "After a fixed time",
            "next-phase": "With the next phase",
            "on-outcome": "When its aim is reached",
            "open": "When the two decide",
        },
    ),
    "Duration.weeks": Field("Weeks", help="A year is 52 weeks.", unit="weeks", none="Not fixed"),
    "Duration.renewable": Field("It can be renewed"),
    "Duration.review_months": Field("Reviewed every", unit="months", none="No review"),
    "Duration.outcome": Field("Its aim, in a word", help="As in “I am credentialed”.", none="None is recorded"),
    "Register.weeks": Field("In these weeks", help="Counted from the start, separated by commas.", none="No week"),
    "Register.meetings": Field("At these meetings", help="One a line.", none="No meeting"),
    "Calendar.start_month": Field(
        "Starts in month", help="1 is January; on its last Monday. Empty: four weeks from now.", none="Any"
    ),
    "Calendar.cohort_name": Field("Name of a cohort", help="{year} stands for the year in which it starts."),
    "Reminders.kind": Field(
        "Kind",
        choices={
            "none": "None: no automatic message",
            "nudge": "Nudge: one message for each missed date",
            "chase": "Chase: messages about a form until it is returned",
            "digest": "Digest: one message a week",
        },
    ),
    "Reminders.to": Field(
        "Who is told of a missed date",
        choices={"mentee": "The mentee", "mentor": "The mentor", "peer": "A peer"},
        none="Nobody",
    ),
    "Reminders.late_meeting_counts_in": Field(
        "A late meeting counts in",
        choices={"month-held": "The month in which it was held", "month-due": "The month in which it was due"},
    ),
    "Chase.days_late": Field("First, when late by", unit="days"),
    "Chase.every_days": Field("Then every", unit="days"),
    "Chase.limit": Field("At most", unit="messages"),
    "Chase.ring_list": Field("Afterwards on the list of people to ring"),
    "Report.to": Field("To whom"),
    "Report.every_months": Field("Every", unit="months"),
    "Supervision.every_months": Field("Every", unit="months"),
    "Supervision.after_months": Field("First, after the month of the start", unit="months"),
    "Supervision.nth": Field("Which one of its weekday in the month", help="3 is the third."),
    "Supervision.day": Field(
        "Day",
        choices={day: day.capitalize() for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
    ),
    "Supervision.minutes": Field("Length", unit="minutes"),
    "Supervision.target_percent": Field("Of the mentors, aimed to be there", unit="per cent"),
    "Supervision.mixed": Field("Mentees take part as well"),
}
