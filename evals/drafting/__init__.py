"""Writing cases: drafts from documents, their review in the shell, other tools' formats."""
