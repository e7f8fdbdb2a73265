"""Public benchmarks, each read from a folder that the user names."""
