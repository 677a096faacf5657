"""What others may hear about evaluations."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class AnswersGiven:
    answers: uuid.UUID
