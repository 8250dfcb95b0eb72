"""PostgreSQL, asked so that an office's server plans each everyday statement once."""
