"""The same without a hub beside: `python -m hub_plugins.demo.pki FOLDER`."""

import sys

from .command import main

raise SystemExit(main(sys.argv[1:]))
