"""The assistants that are set beside ours: asked the same, of the same documents, and over the same
chat model where they ask one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from evals.assistants.opening import Opening, Subject, opened
from evals.errors import ComparisonError
from rag.assistant import Assistant
from rag.settings import Settings

__all__ = ["TUTORIAL", "beside"]

TUTORIAL = "tutorial"


@contextmanager
def beside(
    spec: str, ours: Assistant, settings: Settings, folder: Path | None
) -> Iterator[Subject]:
    """The assistant that `spec` names (`tutorial`, or a spec of `--assistant`), ready to be asked.

    Raises ComparisonError where there is no chat model to share, and what opening it raises.
    """
    if ours.endpoint is None:
        raise ComparisonError(f"--compare {spec} needs a chat model, and none is set")
    if spec == TUTORIAL:
        yield _tutorial(ours, settings.timeout_s)
        return
    with opened(settings, Opening(spec, folder, endpoint=ours.endpoint)) as subject:
        yield replace(subject, model=ours.endpoint.model)


def _tutorial(ours: Assistant, timeout_s: float) -> Subject:
    try:
        from evals.assistants.tutorial import open_tutorial
    except ImportError as error:
        raise ComparisonError(
            f"--compare tutorial needs {error.name}: pip install 'footnoted[dev]'"
        ) from None
    from index.llama import FootnotedEmbedding

    library = ours.library
    if ours.endpoint is None or library.embedder is None:
        raise ComparisonError("--compare tutorial needs a chat model and an embedder")
    found = [library.document(row.id) for row in library.documents()]
    texts = {document.source: document.text for document in found if document}
    stack = open_tutorial(ours.endpoint, FootnotedEmbedding(library.embedder), texts, timeout_s)
    return Subject.over(stack, "LlamaIndex tutorial", ours.endpoint.model, library)
