"""What an event makes of the state: a function for each kind, named in CHANGES. None of them refuses."""
