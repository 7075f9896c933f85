"""Whatever phones, carriers, networks and clocks do in whatever order, the promises hold."""

import os

from tests.sync.any_history import AnyHistory, a_day

TestAnyHistory = AnyHistory.TestCase
# SANAD_LONG=1 looks for several minutes.
TestAnyHistory.settings = a_day(4000, 50) if os.environ.get("SANAD_LONG") else a_day(200, 30)
