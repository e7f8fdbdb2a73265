"""Eval cases, metrics, reports and benchmarks."""
