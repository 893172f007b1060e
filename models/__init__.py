"""Models: what exists (catalog), how it gets here (fetch), where it fits (placement), who computes now (arbiter),
and where it runs (worker, engines). Nothing outside this package knows where an engine runs.
"""
