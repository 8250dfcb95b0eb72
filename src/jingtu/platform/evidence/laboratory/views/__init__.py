"""Pages of surveys, of imports and of results."""
