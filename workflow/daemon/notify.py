"""Telling systemd how a service is: the datagrams of ``sd_notify(3)``, without its library."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

READY, STOPPING, WATCHDOG = "READY=1", "STOPPING=1", "WATCHDOG=1"


class Notifier:
    """Speaks to the service manager that ``NOTIFY_SOCKET`` names; without one it is mute.

    ``interval`` is how many seconds at most may pass between two signs of life, None where the
    manager wants none.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.interval = _interval(environment)

    def tell(self, *states: str) -> bool:
        """Tell the manager; return whether there is one that heard. Never raises."""
        if not self._address.startswith(("/", "@")):
            return False
        address = self._address
        if address.startswith("@"):  # a name outside the file system (unix(7))
            address = "\0" + address[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
                manager.connect(address)
                manager.sendall("\n".join(states).encode())
        except OSError:  # a manager that does not listen must not end what it watches over
            return False
        return True


def _interval(environment: Mapping[str, str]) -> float | None:
    """Return half of the time after which the manager thinks us dead (``sd_watchdog_enabled``)."""
    wanted, whom = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not wanted.isdecimal() or not int(wanted):
        return None
    if whom and whom != str(os.getpid()):
        return None
    return int(wanted) / 2_000_000
