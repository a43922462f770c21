"""The form in the gallery: one field of every kind, saved nowhere."""

from django import forms

from look.forms import Checkboxes, DateField, Radios

BANDS = [("", "Choose a band"), ("6", "Band 6"), ("7", "Band 7"), ("8a", "Band 8a")]
WAYS = [("room", "In person"), ("video", "By video"), ("phone", "By telephone")]


class GalleryForm(forms.Form):
    name = forms.CharField(label="Full name", max_length=100)
    email = forms.EmailField(label="Work e-mail address", help_text="We write only about your mentoring.")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    hours = forms.IntegerField(label="Hours a month", required=False, min_value=1, max_value=20)
    goals = forms.CharField(
        label="What would you like to work on?",
        help_text="Your mentor reads this before you first meet.",
        widget=forms.Textarea,
        max_length=500,
    )
    band = forms.ChoiceField(label="Band", choices=BANDS)
    way = forms.ChoiceField(
        label="How would you like to meet?",
        choices=WAYS,
        widget=Radios(hints={"video": "You will both be sent the link."}),
    )
    again = forms.ChoiceField(
        label="Have you had a mentor before?", choices=[("yes", "Yes"), ("no", "No")], widget=Radios(inline=True)
    )
    topics = forms.MultipleChoiceField(
        label="Topics",
        choices=[("clinical", "Clinical skills"), ("lead", "Leadership"), ("exam", "Examinations")],
        widget=Checkboxes(hints={"exam": "Registration assessment and postgraduate diploma"}),
        required=False,
    )
    start = DateField(label="First day in the department", help_text="For example, 27 3 2027")
    meeting = forms.DateField(label="Day of the first meeting", widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label="Staff list", help_text="A CSV or Excel file.")
    agree = forms.BooleanField(label="I have read the ground rules", help_text="You can read them again at any time.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hours"].widget.suffix = "hours"
