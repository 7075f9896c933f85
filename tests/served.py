"""What Granian loads in tests: the application with its follower, settings from the environment."""

from __future__ import annotations

import os

from server import create_app
from server.config import read_settings

application = create_app(read_settings(os.environ), follow=True)
