"""From normalised text to sections, task blocks, unit clauses and tables: rules, no model."""
