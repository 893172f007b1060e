"""The parts of a plan: topics from the documents, questions from the bank, time boxes, edits."""
