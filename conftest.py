"""Every test of the repository gets the real servers of `launch.fixtures`."""

pytest_plugins = ["launch.fixtures"]
