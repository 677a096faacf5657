from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock
from people import zones
from people.models import Pause, User

# Nobody plans a pause for the year 9999; a slip of the finger does.
LONGEST_AHEAD = timedelta(days=2 * 366)


class PauseForm(forms.Form):
    """Two days of the person's own calendar, both of which may stay empty: now, and until further notice."""

    starts_on = forms.DateField(
        label=gettext_lazy("First day of the pause"),
        required=False,
        help_text=gettext_lazy("Leave this empty to pause now."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
    )
    back_on = forms.DateField(
        label=gettext_lazy("First day that you are back"),
        required=False,
        help_text=gettext_lazy("Leave this empty when you do not know yet. You can come back on any day."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, person: User, pause: Pause | None = None, **kwargs) -> None:
        self.zone = zones.zone_of(person.zone)
        self.pause = pause
        super().__init__(*args, **kwargs)
        if pause is not None:
            self.initial = {
                "starts_on": pause.starts_at.astimezone(self.zone).date(),
                "back_on": pause.ends_at.astimezone(self.zone).date() if pause.ends_at else None,
            }
            if pause.starts_at <= clock.now():
                del self.fields["starts_on"]

    @property
    def today(self) -> date:
        return clock.now().astimezone(self.zone).date()

    def clean_starts_on(self) -> date | None:
        day = self.cleaned_data["starts_on"]
        if day and day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a day to come."))
        return self._not_too_far(day)

    def clean_back_on(self) -> date | None:
        day = self.cleaned_data["back_on"]
        if day and day <= self.today:
            raise forms.ValidationError(_("Choose a day after today, or leave this empty."))
        return self._not_too_far(day)

    def clean(self) -> dict:
        cleaned = super().clean()
        starts, back = cleaned.get("starts_on"), cleaned.get("back_on")
        if starts and back and back <= starts:
            self.add_error("back_on", _("Choose a day after the first day of the pause."))
        return cleaned

    def instants(self) -> dict[str, datetime | None]:
        """`starts_at` and `ends_at` for the actions: the beginnings of those days, there where the person is."""
        starts, back = self.cleaned_data.get("starts_on"), self.cleaned_data["back_on"]
        return {"starts_at": _beginning(starts, self.zone), "ends_at": _beginning(back, self.zone)}

    def _not_too_far(self, day: date | None) -> date | None:
        if day and day > self.today + LONGEST_AHEAD:
            raise forms.ValidationError(_("Choose a day within the next two years."))
        return day


def _beginning(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) if day else None
