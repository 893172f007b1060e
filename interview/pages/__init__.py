"""The parts of the report, and how it is shown: HTML, Markdown."""
