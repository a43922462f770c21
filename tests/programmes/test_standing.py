"""Who is the more junior, and whose practice is alike, in the words of the stories; in figures it is test_grid's."""

from datetime import date

import pytest

from programmes import mentoring_models
from programmes.rules import Rule, evaluate, score
from programmes.rules.facts import Facts
from programmes.rules.standing import SimilarPractice

START = date(2027, 9, 2)
ALIKE = Rule(
    name="similar",
    kind="similar-practice",
    strength="must",
    label="Alike",
    sentence="Peers need a similar area or level of practice.",
    test=SimilarPractice(),
)


def person(number, name, *, area="", **known) -> Facts:
    return Facts(person_id=number, given_name=name, name=name, texts={"practice_area": area} if area else {}, **known)


GIA = person(1, "Gia", area="general-practice", level="early")
HUI = person(2, "Hui", area="general-practice", band="8a")
IDRIS = person(3, "Idris", area="hospital", band="8c")
NAT = person(4, "Nat", level="early")


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        (GIA, HUI, []),  # one area
        (HUI, IDRIS, []),  # advanced and consultant: the next level
        (GIA, IDRIS, ["Peers need a similar area or level of practice."]),
        (NAT, IDRIS, ["Nat's area of practice is not yet known."]),  # it may turn out well
    ],
)
def test_peers_have_a_similar_area_or_level(one, other, says):
    assert [refusal.sentence for refusal in evaluate([ALIKE], one, other, on=START)] == says


def test_in_reverse_mentoring_the_more_junior_mentors_and_the_further_apart_the_better():
    model = mentoring_models.get("reverse")
    rules = [rule for rule in model.rules if rule.name in ("junior", "line-management")]
    tom = person(11, "Tom")  # a member of the board has no band
    sana = person(12, "Sana", band="8a", managers={13: 1, 14: 2, 15: 3, 11: 5})
    uri, dora = person(14, "Uri", band="8d"), person(15, "Dora", band="9")
    peer = person(16, "Pia", band="8a")
    said = {
        one.given_name: [r.sentence for r in evaluate(rules, one, sana, on=START)] for one in (tom, uri, dora, peer)
    }
    assert said == {
        "Tom": [],
        "Uri": ["Uri is within two levels of Sana's management, so cannot be Sana's mentee."],
        "Dora": [],
        "Pia": ["Sana is band 8a, which is no lower than Pia's. In this programme the more junior mentors."],
    }
    points = {one.given_name: score(model.preferences, one, sana)[0].points for one in (tom, dora, peer)}
    assert points == {"Tom": 10_000, "Dora": 7_500, "Pia": 10_000}
