"""Engines: one file a library, all registered through the `moui.engines` entry-point group."""
