"""Where moui keeps things on this machine, on Linux and Windows alike. What the environment names comes first."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

REPOSITORY = Path(__file__).resolve().parent.parent


def default_models_dir() -> Path:
    """MOUI_MODELS_DIR, else models/weights of the checkout, else the user's data folder."""
    if configured := os.environ.get("MOUI_MODELS_DIR"):
        return Path(configured).expanduser()
    if is_checkout():
        return REPOSITORY / "models" / "weights"
    return platformdirs.user_data_path("moui", appauthor=False) / "models"


def default_data_dir() -> Path:
    """MOUI_DATA_DIR, else the user's data folder: what belongs to the user and must outlive a fresh clone."""
    if configured := os.environ.get("MOUI_DATA_DIR"):
        return Path(configured).expanduser()
    return platformdirs.user_data_path("moui", appauthor=False)


def cache_dir() -> Path | None:
    """Where verified model files are kept for the next clone; None when MOUI_NO_CACHE is set."""
    if os.environ.get("MOUI_NO_CACHE"):
        return None
    return platformdirs.user_cache_path("moui", appauthor=False) / "models"


def is_checkout() -> bool:
    """Whether moui runs from its repository rather than from an installed package."""
    return (REPOSITORY / "run.py").is_file() or (REPOSITORY / ".git").exists()
