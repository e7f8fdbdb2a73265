"""Measurements that take minutes: run one with `python -m evals.benchmarks.NAME`."""

__all__ = ["QUESTIONS", "SUITES"]

QUESTIONS = "evals.benchmarks.questions"

# Which of them runs a public set.
SUITES = {
    "scifact_retrieval": "evals.benchmarks.retrieval",
    "wikimix_retrieval": "evals.benchmarks.retrieval",
    "mtrag_retrieval": "evals.benchmarks.retrieval",
    "docling_parse": "evals.benchmarks.parsing",
    "pypdf_parse": "evals.benchmarks.parsing",
    "squad2": QUESTIONS,
    "clapnq": QUESTIONS,
    "hotpotqa": QUESTIONS,
    "musique": QUESTIONS,
    "quotesum": QUESTIONS,
    "mtrag": QUESTIONS,
    "ramdocs": QUESTIONS,
    "bipia": QUESTIONS,
    "notinject": "evals.benchmarks.orders",
    "scifact_verify": "evals.benchmarks.support",
    "begin_wow": "evals.benchmarks.support",
}
