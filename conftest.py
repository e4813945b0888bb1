"""Every test of the repository gets the real servers of `launch.fixtures`; workers divide them."""

pytest_plugins = ["launch.fixtures", "launch.workers"]
