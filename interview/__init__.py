"""The interview: what the interviewer says, and why."""
