"""What the form pack adds to Django: sentences, dates in three fields, nothing that browsers get wrong."""

import datetime
import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils.safestring import mark_safe

from look import fields
from look.forms import Checkboxes, DateField, Radios
from tests.look.html import tree

PAGE = Template("{% load nhs %}{% nhs_form form submit='Save' %}")


def page(form):
    return PAGE.render(Context({"form": form}))


class EnrolForm(forms.Form):
    name = forms.CharField(label="Full name", widget=forms.TextInput(attrs={"placeholder": "Name"}))
    bnf = forms.CharField(label="BNF chapter")
    site = forms.ChoiceField(label="Site", choices=[("", "Choose"), ("1", "Northgate")])
    met = forms.ChoiceField(label="Have you met?", choices=[("y", "Yes"), ("n", "No")], widget=Radios)
    topics = forms.MultipleChoiceField(label="Topics", choices=[("a", "A")], widget=Checkboxes)
    rules = forms.BooleanField(label="I agree")
    started = DateField(label="First day")
    note = forms.CharField(label="Note", required=False, help_text="<b>Short</b>")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_an_empty_field_is_told_what_to_enter():
    form = EnrolForm({"started-day": "1"})
    assert [entry["text"] for entry in fields.summary_of(form)] == [
        "Enter full name",
        "Enter BNF chapter",
        "Select site",
        "Answer the question “Have you met?”",
        "Select topics",
        "Tick the box “I agree”",
        "First day must include a month and a year",
    ]


def test_a_form_keeps_its_own_sentence():
    class Form(forms.Form):
        name = forms.CharField(error_messages={"required": "Say who you are"})

    assert fields.summary_of(Form({})) == [{"text": "Say who you are", "href": "#id_name"}]


def test_every_error_links_to_something_that_takes_the_focus():
    drawn = page(EnrolForm({}))
    targets = re.findall(r'<li><a href="#([^"]+)"', drawn)
    assert len(targets) == 7
    for target in targets:
        assert re.search(rf'<(input|select|textarea)[^>]*\sid="{target}"', drawn), target


def test_errors_of_the_whole_form_and_of_hidden_fields_are_not_lost():
    form = EnrolForm({})
    form.add_error(None, "This cohort is full")
    form.add_error("token", "It has expired")
    texts = [entry["text"] for entry in fields.summary_of(form)]
    assert texts[0] == "This cohort is full"
    assert texts[-1] == "Token: It has expired"


def test_the_summary_is_shown_once():
    form = EnrolForm({})
    both = Template("{% load nhs %}{% error_summary form %}{% nhs_form form %}").render(Context({"form": form}))
    assert both.count("There is a problem") == 1


def test_an_unsent_form_has_no_errors():
    assert "There is a problem" not in page(EnrolForm())


def test_only_what_may_be_left_out_is_marked():
    drawn = page(EnrolForm())
    assert re.findall(r">([\w ]+) <span class=\"portal-optional\">", drawn) == ["Note"]


def test_fields_leave_out_what_browsers_do_badly():
    drawn = page(EnrolForm())
    assert not re.search(r"<(input|select|textarea)[^>]*\s(required|placeholder)", drawn)
    assert "<form" in drawn
    assert "novalidate" in drawn


def test_a_number_is_typed_not_scrolled():
    class Form(forms.Form):
        hours = forms.IntegerField(min_value=1)

    drawn = page(Form())
    assert 'type="text"' in drawn
    assert 'inputmode="numeric"' in drawn
    assert 'min="' not in drawn


def test_a_hint_is_escaped_unless_it_is_marked_safe():
    assert "&lt;b&gt;Short" in page(EnrolForm())
    form = EnrolForm()
    form.fields["note"].help_text = mark_safe("<b>Short</b>")
    assert "<b>Short</b>" in page(form)


def test_what_was_typed_is_shown_again():
    drawn = page(EnrolForm({"name": 'Ad"a', "met": "n", "started-day": "31", "started-month": "mars"}))
    assert 'value="Ad&quot;a"' in drawn
    assert re.search(r'value="n" checked', drawn)
    assert re.search(r'id="id_started-month"[^>]*value="mars"', drawn)


@pytest.mark.parametrize(
    ("day", "month", "year", "outcome"),
    [
        ("27", "3", "2027", datetime.date(2027, 3, 27)),
        ("1", "March", "2027", datetime.date(2027, 3, 1)),
        ("01", "sept", "2027", datetime.date(2027, 9, 1)),
        ("29", "2", "2028", datetime.date(2028, 2, 29)),
        ("29", "2", "2027", "The date must be a real date"),
        ("31", "4", "2027", "The date must be a real date"),
        ("1", "13", "2027", "The date must be a real date"),
        ("1", "3", "27", "The date must be a real date"),
        ("one", "3", "2027", "The date must be a real date"),
        ("9" * 18, "3", "2027", "The date must be a real date"),
        ("1", "9" * 5000, "2027", "The date must be a real date"),
        ("", "3", "2027", "The date must include a day"),
        ("1", "", "", "The date must include a month and a year"),
        ("", "", "", "This field is required."),
    ],
)
def test_a_date_in_three_fields(day, month, year, outcome):
    class Form(forms.Form):
        when = DateField()

    form = Form({"when-day": day, "when-month": month, "when-year": year})
    if isinstance(outcome, datetime.date):
        assert form.is_valid()
        assert form.cleaned_data["when"] == outcome
    else:
        assert form.errors["when"] == [outcome]


def test_only_the_part_at_fault_is_red():
    class Form(forms.Form):
        when = DateField()

    drawn = page(Form({"when-day": "3", "when-month": "4"}))
    red = re.findall(r'class="nhsuk-input nhsuk-input--error[^>]*id="([^"]+)"', drawn)
    assert red == ["id_when-year"]


def test_a_date_is_shown_in_its_three_fields():
    class Form(forms.Form):
        when = DateField(initial=datetime.date(2027, 3, 1))

    drawn = page(Form())
    assert re.findall(r'value="(\d+)"', drawn) == ["1", "3", "2027"]
    assert not Form({"when-day": "1", "when-month": "3", "when-year": "2027"}).has_changed()
    assert Form({"when-day": "2", "when-month": "3", "when-year": "2027"}).has_changed()


def test_a_file_makes_the_form_multipart():
    class Form(forms.Form):
        file = forms.FileField()

    assert 'enctype="multipart/form-data"' in page(Form())


def test_crispy_draws_the_same_fields():
    crispy = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": EnrolForm()}))
    assert tree(crispy)[0] in tree(page(EnrolForm()))[0][2]
    assert crispy.count('class="nhsuk-form-group"') == 11


def test_a_table_row_with_too_many_cells_is_refused():
    cell = "{% cell %}1{% endcell %}"
    text = '{% load nhs %}{% table "T" "A" %}{% row %}' + cell * 2 + "{% endrow %}{% endtable %}"
    with pytest.raises(Exception, match="more cells than the table has columns"):
        Template(text).render(Context())


def test_a_table_names_each_cell_for_phones_and_heads_each_row():
    text = (
        '{% load nhs %}{% table "Pairs" "Mentee|Hours:number|Change:hidden" %}{% row %}'
        "{% cell %}{{ name }}{% endcell %}{% cell %}3{% endcell %}{% cell %}x{% endcell %}{% endrow %}{% endtable %}"
    )
    drawn = Template(text).render(Context({"name": "<Ada>"}))
    assert 'scope="row" role="rowheader"' in drawn
    assert "&lt;Ada&gt;" in drawn
    assert drawn.count("nhsuk-table__heading") == 2
    assert drawn.count("nhsuk-table__cell--numeric") == 1


@pytest.mark.parametrize("value", [None, "1", "2", "none of these"])
def test_a_list_to_choose_from_is_drawn_as_django_draws_it(value):
    """We draw lists ourselves, as a list of times has a hundred options: the same list must come of it."""

    class Form(forms.Form):
        plain = forms.ChoiceField(choices=[("", "Choose"), ("1", 'Ann "<b>" & Co'), (2, "Two")])
        grouped = forms.ChoiceField(choices=[("A", [("1", "One"), ("x", "Ex")]), ("2", "Two")], disabled=True)
        several = forms.MultipleChoiceField(choices=[("1", "One"), ("2", "Two")])

    form = Form(initial={"plain": value, "grouped": value, "several": [value, "2"]})
    for field in form:
        drawn = fields.present(field)["control"]
        attrs = {"class": "nhsuk-select", "id": field.id_for_label}
        attrs |= {"disabled": True} if field.field.disabled else {}
        field.field.widget.attrs = {}
        wanted = field.field.widget.render(field.html_name, field.value(), attrs=attrs)
        assert tree(drawn) == tree(re.sub(r"\n\s*", "", wanted))
