"""Laboratory results: surveys, their samples and results, judged when they are stored."""
