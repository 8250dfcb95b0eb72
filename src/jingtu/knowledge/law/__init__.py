"""Which provision held on which day, what it asks of whom, and the days in which limits are counted."""
