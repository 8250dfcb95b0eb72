"""What the pages of results ask of the database: one survey, as it was believed at a moment."""
