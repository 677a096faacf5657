"""Which events a command brings about, or why none: a function for each command, named in DECISIONS."""
