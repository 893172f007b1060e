"""The parts of the delivery's measures: pauses, pitch, fillers, with references and moments."""
