"""Monthly forms: the rows a plan's annex asks for, filled from progress and readings, printed officially."""
