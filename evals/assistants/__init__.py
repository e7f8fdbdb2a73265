"""The assistants that can be graded: ours, the LlamaIndex tutorial stack, and anybody else's."""
