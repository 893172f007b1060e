"""Processes for tests that kill them."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.context import ForkServerContext, SpawnContext

PRELOADED = ["tests.interview.test_store_killed", "tests.server.interview_process"]
"""There is one such server a test run, and what it loads is settled when its first process is made."""


def context() -> ForkServerContext | SpawnContext:
    """Processes that begin in a moment: forked from one that has loaded everything and done nothing."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(PRELOADED)
    return found
