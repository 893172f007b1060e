"""FastAPI, the WebSocket, the wire codec, the command line: the edge of moui."""
