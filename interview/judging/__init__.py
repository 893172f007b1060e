"""The parts of the content's scores: rules that count, a judge that has to quote."""
