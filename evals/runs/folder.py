"""A run's folder: what was asked, and every answer, kept as it came.

    run.json         who was asked, of which documents, when
    cases.jsonl      the cases as they were when they were last asked
    documents.jsonl  each document that an answer cites, once: {"id", "text", "sentences"}
    answers.jsonl    one line an answer or error; a later line takes an earlier one's place

A run that was stopped goes on from it, and its answers can be scored again without asking.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from evals.cases import Case, case_to_json, fingerprint, load_cases
from evals.errors import RunError
from evals.results import Result, Source
from evals.runs.lines import Lines, read_lines
from rag.answer import Answer, Citation, Claim, Coverage, Refused, Timings, Usage

__all__ = ["Manifest", "RunFolder", "kept_cases", "kept_manifest", "kept_results"]

Key = tuple[str, int]
CHANGED = "it was asked in another form than the case has now: run it again"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Who was asked (`assistant`, as a person names it, and its `model`), of which `documents` (a
    digest), when, in how many `repeats`; `timed` is false for a replay."""

    assistant: str
    model: str
    documents: str
    started: str
    repeats: int = 1
    timed: bool = True


class RunFolder:
    """One run's folder, open for writing; made if missing, gone on with if it is the same run's."""

    def __init__(self, path: Path, manifest: Manifest, cases: Sequence[Case]) -> None:
        """Raises RunError where the folder holds another run, or another process writes to it."""
        self.path = path
        self._cases = cases
        self._lock = FileLock(path / "lock")
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise RunError(
                f"{path} is being written to by another run: name another folder"
            ) from None
        except OSError as error:
            raise RunError(f"{path} can't hold a run: {error.strerror}") from None
        try:
            self.manifest = self._begun(manifest)
            self._answers = Lines(path / "answers.jsonl")
            self._documents = Lines(path / "documents.jsonl")
            self._known = {line["id"] for line in _lines(path / "documents.jsonl")}
        except BaseException:
            self._lock.release()
            raise

    def done(self) -> list[Result]:
        """The answers that are there already; errors and changed cases are asked again."""
        return [result for result in kept_results(self.path, self._cases) if not result.error]

    def keep(self, result: Result) -> None:
        """Write one result, on the disk before it returns."""
        for id_, source in result.sources.items():
            if id_ not in self._known:
                self._known.add(id_)
                self._documents.append({"id": id_, **asdict(source)})
        self._answers.append(
            {
                "case": result.case.id,
                "repeat": result.repeat,
                "asked": fingerprint(result.case),
                "error": result.error,
                "answer": None if result.answer is None else asdict(result.answer),
                "found": None if result.found is None else list(map(asdict, result.found)),
            }
        )

    def close(self) -> None:
        """Close the files."""
        self._answers.close()
        self._documents.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(self, manifest: Manifest) -> Manifest:
        if (self.path / "run.json").exists():
            before = kept_manifest(self.path)
            _check_same(self.path, before, manifest)
            self._keep_cases(kept_cases(self.path))
            return self._kept(replace(before, repeats=max(before.repeats, manifest.repeats)))
        if any(entry.name != "lock" for entry in self.path.iterdir()):
            raise RunError(f"{self.path} holds other files: name an empty folder for the run")
        self._keep_cases([])
        return self._kept(manifest)

    def _kept(self, manifest: Manifest) -> Manifest:
        self._write("run.json", json.dumps(asdict(manifest), indent=1) + "\n")
        return manifest

    def _keep_cases(self, before: Sequence[Case]) -> None:
        """The cases in their last form; those that this run leaves out may be asked for again."""
        cases = {case.id: case for case in (*before, *self._cases)}
        self._write("cases.jsonl", _jsonl(list(cases.values())))

    def _write(self, name: str, text: str) -> None:
        """In one step: a crash leaves the old file or the new one."""
        new = self.path / f"{name}.new"
        new.write_text(text, "utf-8")
        new.replace(self.path / name)


def kept_manifest(path: Path) -> Manifest:
    """What a run's folder says of the run; raises RunError where it is no run's folder."""
    try:
        return Manifest(**json.loads((path / "run.json").read_text("utf-8")))
    except OSError as error:
        raise RunError(f"{path} is no run's folder: {error.strerror} for its run.json") from None
    except (ValueError, TypeError, RecursionError):
        raise RunError(f"{path} is no run's folder: its run.json is broken") from None


def kept_cases(path: Path) -> list[Case]:
    """The cases as they were when they were asked; raises RunError where it is no run's folder."""
    kept_manifest(path)
    return load_cases(path / "cases.jsonl")


def kept_results(path: Path, cases: Sequence[Case]) -> list[Result]:
    """The kept answers to `cases`, graded by what those expect now.

    A case whose question, conversation or documents changed since is an error, not an answer.
    Raises RunError for a folder that is broken.
    """
    manifest = kept_manifest(path)
    named = {case.id: case for case in cases}
    try:
        sources = {line["id"]: _source(line) for line in _lines(path / "documents.jsonl")}
        latest = {(line["case"], line["repeat"]): line for line in _lines(path / "answers.jsonl")}
        return [
            _result(named[id_], line, sources, timed=manifest.timed)
            for (id_, _), line in latest.items()
            if id_ in named
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is broken ({error!r}): run the cases again") from None


def _check_same(path: Path, before: Manifest, now: Manifest) -> None:
    for name, what in (
        ("assistant", "the assistant was"),
        ("model", "the model was"),
        ("documents", "the digest of the documents was"),
        ("timed", "whether it is timed, and not replayed, was"),
    ):
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            raise RunError(
                f"{path} holds another run: {what} {old!r} and is {new!r}; name another folder"
            )


def _lines(path: Path) -> list[dict[str, Any]]:
    return list(read_lines(path)) if path.exists() else []


def _jsonl(cases: Sequence[Case]) -> str:
    return "".join(json.dumps(case_to_json(case), ensure_ascii=False) + "\n" for case in cases)


def _result(case: Case, line: dict[str, Any], sources: dict[str, Source], *, timed: bool) -> Result:
    if line["asked"] != fingerprint(case):
        return Result(case, None, CHANGED, repeat=line["repeat"])
    answer = None if line["answer"] is None else _answer(line["answer"])
    found = None if line["found"] is None else _citations(line["found"])
    cited = _cited(answer, found)
    return Result(
        case,
        answer,
        line["error"],
        {id_: sources[id_] for id_ in cited if id_ in sources},
        found,
        line["repeat"],
        timed,
    )


def _cited(answer: Answer | None, found: tuple[Citation, ...] | None) -> set[str]:
    claims = answer.claims if answer else ()
    related = answer.related if answer else ()
    notes = [*(note for claim in claims for note in claim.citations), *related, *(found or ())]
    return {note.document_id for note in notes}


def _answer(raw: dict[str, Any]) -> Answer:
    claims = tuple(
        Claim(
            **{
                **claim,
                "citations": _citations(claim["citations"]),
                "checks": tuple(claim["checks"]),
            }
        )
        for claim in raw["claims"]
    )
    return Answer(
        **{
            **raw,
            "claims": claims,
            "related": _citations(raw["related"]),
            "refused": tuple(Refused(**refused) for refused in raw["refused"]),
            "usage": Usage(**raw["usage"]),
            "timings": Timings(**raw["timings"]),
            "coverage": Coverage(**raw.get("coverage", {})),
        }
    )


def _citations(raw: list[dict[str, Any]]) -> tuple[Citation, ...]:
    return tuple(Citation(**citation) for citation in raw)


def _source(raw: dict[str, Any]) -> Source:
    return Source(raw["text"], tuple((start, end) for start, end in raw["sentences"]))
