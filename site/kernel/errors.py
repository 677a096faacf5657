"""What an action may answer besides the thing it made."""


class NotAllowed(Exception):
    """This person may not do this to this thing. Shown as 404 to hide that it exists, or 403 where that is known."""

    def __init__(self, *, hidden: bool = True) -> None:
        super().__init__("not found" if hidden else "not allowed")
        self.hidden = hidden


class Refused(Exception):
    """Allowed in general, but not in the state things are in. Shown as 409 with a sentence for a person.

    `code` is for programs and tests; `message` is translated and says what happened and what to do next.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
