"""Measurements that take minutes: run one with `python -m evals.benchmarks.NAME`."""

__all__ = ["SUITES"]

# Which of them runs a public set.
SUITES = {
    "scifact_retrieval": "evals.benchmarks.retrieval",
    "wikimix_retrieval": "evals.benchmarks.retrieval",
    "mtrag_retrieval": "evals.benchmarks.retrieval",
    "docling_parse": "evals.benchmarks.parsing",
    "pypdf_parse": "evals.benchmarks.parsing",
    "scifact_verify": "evals.benchmarks.support",
    "begin_wow": "evals.benchmarks.support",
}
