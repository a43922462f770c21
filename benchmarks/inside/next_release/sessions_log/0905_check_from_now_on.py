from django.db import migrations, models
from django.db.models import Q

from mentoring_portal.migration_steps import AddConstraintNotValid


class Migration(migrations.Migration):
    dependencies = [("sessions_log", "0904_remarks")]

    operations = [
        AddConstraintNotValid(
            "session", models.CheckConstraint(condition=Q(minutes__lte=1440), name="sessions_log_session_in_a_day")
        )
    ]
