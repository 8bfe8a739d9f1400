"""The command line: ``hipdrop analyze …``, the same program as the one that Rust builds."""

import signal
import sys

from . import _hipdrop


def main() -> int:
    """Runs the command line with the arguments of the process; gives its exit code."""
    # the program itself finishes the recordings in hand after Ctrl-C
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _hipdrop.main(["hipdrop", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
