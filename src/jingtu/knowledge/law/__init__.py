"""Articles, time limits and the days they are counted in."""
