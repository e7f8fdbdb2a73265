"""The report as JUnit XML: a test case for every answer, and one for every bar."""

import re
import xml.etree.ElementTree as ET

from evals.report.data import Report
from evals.results import Result, failure

__all__ = ["as_junit"]

# XML 1.0 has no way at all to write these, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report) -> str:
    """One `testsuite` for the cases and one for the bars, in a `testsuites` root."""
    root = ET.Element("testsuites", name="footnoted eval")
    cases = _suite(root, "cases")
    for result in report.ours.results:
        _case(cases, result)
    if report.interrupted:
        stopped = ET.SubElement(cases, "testcase", classname="cases", name="the rest of the run")
        ET.SubElement(stopped, "error", message=_clean(report.partial))
    bars = _suite(root, "bars")
    missed = report.verdict.misses
    for name in report.thresholds.bars:
        test = ET.SubElement(bars, "testcase", classname="bars", name=name)
        if name in missed:
            ET.SubElement(test, "failure", message=missed[name])
        elif not _judged(report, name):
            ET.SubElement(test, "skipped", message="no case of this run can be held to it")
    for suite in (cases, bars):
        suite.set("tests", str(len(suite.findall("testcase"))))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("errors", str(len(suite.findall("testcase/error"))))
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=name)


def _judged(report: Report, name: str) -> bool:
    """Whether a metric was held to its bar, or compared with the baseline."""
    bar, measure = report.thresholds.bars[name], report.ours.measures[name]
    bounded = bar.min is not None or bar.max is not None
    return name in report.verdict.changes or (bounded and measure.value is not None)


def _case(suite: ET.Element, result: Result) -> None:
    seconds = result.answer.timings.total_s if result.answer else 0.0
    again = f" (repeat {result.repeat})" if result.repeat > 1 else ""
    names = {"classname": f"cases.{result.case.kind}", "name": _clean(result.case.id) + again}
    test = ET.SubElement(suite, "testcase", names, time=f"{seconds:.3f}")
    if result.answer is None:
        ET.SubElement(test, "error", message=_clean(result.error))
    elif why := failure(result):
        got = ET.SubElement(test, "failure", message=_clean(why))
        got.text = _clean(f"{result.case.question}\n{result.answer.text}")


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
