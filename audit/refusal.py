"""The one exception by which an action says no to a person."""


class Refused(Exception):
    """An action was refused; the text is the sentence for the person who asked.

    Raised inside the action's transaction, so that nothing of it is kept.
    """
