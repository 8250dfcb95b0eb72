"""Lists as spreadsheets: out exactly as seen, in with a diff first, and there and back without a change."""
