"""Sentences that give orders to the model that reads them: no evidence for anything."""

import re

__all__ = ["gives_orders"]

_ORDERS = re.compile(
    r"""\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules?|prompts?|above|previous|
    prior|earlier|documents?|text|sources?)\b
    |\byou\s+(?:are|must|should|will|shall)\s+(?:now\s+)?(?:always\s+|only\s+)?(?:act|answer|reply|respond|say|
    tell|pretend|reveal|output|print|obey)\b
    |\bsystem\s*(?:prompt|message|note|override)\b
    |\b(?:ai|llm|language\s+model|assistants?|chatbots?)\b.{0,60}\b(?:must|should|shall|instructed|ordered|
    told|reply|answer|respond|say|reveal|output)\b
    |\b(?:reply|respond|answer)\s+(?:only\s+)?(?:with|that|to\s+(?:every|any|all))\b""",
    re.I | re.X,
)


def gives_orders(text: str) -> bool:
    """Whether a text speaks to the model that reads it, and not of its matter."""
    return _ORDERS.search(text) is not None
