from django.db import migrations

from mentoring_portal.migration_steps import ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [("sessions_log", "0905_check_from_now_on")]

    operations = [ValidateConstraint("session", "sessions_log_session_in_a_day")]
