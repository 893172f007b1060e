"""The conversation: the flow and its state, what the candidate wants, what is recorded."""
