"""The subcommands of `moui`, one file each."""
