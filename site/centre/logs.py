"""What the logs leave out."""

import logging


class WithoutAddresses(logging.Filter):
    """Addresses may hold a secret (of a calendar, an invitation) or say what somebody reads. Where Django would write
    one, the pattern it fitted is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            pattern = match.route if match else "an address that fits no pattern"
            path = getattr(request, "path", None)
            record.args = tuple(pattern if arg == path else arg for arg in record.args)
        return True
