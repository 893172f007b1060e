"""The parts of the store: schema, rows, recordings, exports, erasing."""
