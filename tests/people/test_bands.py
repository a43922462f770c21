import pytest

from people import bands


@pytest.mark.parametrize(
    ("grade", "band"),
    [
        ("Review Body Band 6", "6"),
        ("NHS AfC: Band 8 - Range A", "8a"),
        ("XR06", "6"),
        ("XN8A", "8a"),
        ("XR08C", "8c"),
        ("Band 8A", "8a"),
        ("8a", "8a"),
        ("AfC 8a", "8a"),
        ("AfC Band 7", "7"),
        ("NHS|XR06|Review Body Band 6", "6"),
        ("  band   5 ", "5"),
        ("9", "9"),
        ("", ""),
        ("N/A", ""),
        ("None", ""),
        ("8 - Range A", "8a"),
        ("XN06", "6"),
        ("XR08", "8a"),
        ("XN09", "8b"),
        ("NHS|XR12|Review Body Band 9", "9"),
        ("YC72", ""),
        ("Medical Consultant", ""),
        ("Ad-hoc salary", ""),
        ("VSM", ""),
    ],
)
def test_band_is_read_as_staff_lists_write_it(grade, band):
    assert bands.band(grade) == band


@pytest.mark.parametrize(
    "grade",
    [
        "Band 8",
        "Band 10",
        "10",
        "1",
        "8e",
        "7a",
        "Consultant",
        "Band 6/7",
        "66",
        "XR06|XR07",
        "XR13",
        "XR09|Review Body Band 9",
        "Director|",
    ],
)
def test_band_is_never_guessed(grade):
    with pytest.raises(bands.UnknownGrade):
        bands.band(grade)


@pytest.mark.parametrize(
    ("band", "level"),
    [("5", ""), ("", ""), ("6", "early"), ("7", "early"), ("8a", "advanced"), ("8b", "advanced"), ("8c", "consultant")],
)
def test_level_follows_from_band(band, level):
    assert bands.level(band) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Advanced", "advanced"),
        ("early career pharmacist", "early"),
        ("FOUNDATION", "foundation"),
        ("Trainee", "foundation"),
    ],
)
def test_a_level_may_be_given_in_words(text, level):
    assert bands.given_level(text) == level


def test_a_level_is_never_guessed():
    with pytest.raises(bands.UnknownGrade):
        bands.given_level("quite good")


def test_level_of_a_trainee_pharmacist_follows_from_the_title():
    assert bands.level_from_title("Trainee Pharmacist (foundation)") == "foundation"
    assert bands.level_from_title("Trainee Pharmacy Technician") == ""


@pytest.mark.parametrize("grade", ["XR08", "XR09", "XN12", "xr10", "NHS|XR11"])
def test_band_by_a_code_past_7_alone_is_to_be_looked_at(grade):
    assert bands.is_code_alone(grade)


@pytest.mark.parametrize(
    "grade", ["XR06", "XR08A", "8a", "NHS|XR12|Review Body Band 9", "Review Body Band 8 - Range A", ""]
)
def test_band_in_words_or_by_a_plain_code_needs_no_look(grade):
    assert not bands.is_code_alone(grade)
