"""A caller: a headless client that speaks WAV files through the real socket at real-time pace, and listens.

`moui talk` and `moui latency` are made of it. It does what the browser does, with files for a microphone and a list
of samples for a loudspeaker, so that what it measures is what a person would hear.
"""
