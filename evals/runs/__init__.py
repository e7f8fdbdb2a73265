"""Running cases: asking them, keeping every answer, recording and replaying the model's traffic."""
