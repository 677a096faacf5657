"""Samples of every component, for the living styleguide."""


def samples() -> dict:
    return {}
