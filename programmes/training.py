"""Whose training is due: allowed to take part all the same, but said (lines 115 and 138 of the source)."""

from programmes.mentoring_models.contract import MentoringModel
from programmes.rules.facts import Facts


def is_due(model: MentoringModel, facts: Facts, side: str) -> bool:
    """Whether somebody on ``side`` has yet to do the training that the model asks for.

    Nothing is due from somebody to whom it does not apply, nor where the model asks for none.
    """
    return model.training.gate != "none" and is_not_recorded(model, facts, side)


def is_not_recorded(model: MentoringModel, facts: Facts, side: str) -> bool:
    """Whether nothing is on record of the training of somebody on ``side``; they may have done it all the same."""
    training = model.training
    if side not in training.sides or training.fact in facts.not_applicable:
        return False
    return training.fact not in facts.days
