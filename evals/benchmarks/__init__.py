"""Measurements that take minutes: run one with `python -m evals.benchmarks.NAME`."""
