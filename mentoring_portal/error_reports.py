"""What is told of a fault where an operator has faults mailed or sent on: its kind, where in the code, no more."""

from django.views.debug import ExceptionReporter


class CodeOnly(ExceptionReporter):
    """Django's report without what was asked for and sent, what the code held at that moment, and the settings.

    Django leaves out what looks like a password; a note looks like nothing. Nor is there what the exception says,
    since a database quotes the row that it did not take: that stands in the portal's own log.
    """

    def __init__(self, request, *args, **kwargs):
        super().__init__(None, *args, **kwargs)
        self.template_info = None

    def get_traceback_frames(self):
        return [
            {**frame, "vars": [], "exc_cause": frame["exc_cause"] and type(frame["exc_cause"]).__name__}
            for frame in super().get_traceback_frames()
        ]

    def get_traceback_data(self):
        said = "See the portal's own log."
        return {**super().get_traceback_data(), "settings": {}, "unicode_hint": "", "exception_value": said}
