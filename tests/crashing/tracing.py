"""Killing a process at the door of a chosen system call, by ptrace; nothing but Linux is needed."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable

_TRACEME = 0
_SYSCALL = 24
_SETOPTIONS = 0x4200
_GET_SYSCALL_INFO = 0x420E
_OPTIONS = 0x1 | 0x100000  # mark the stops of system calls; kill the child if we die
_ENTERED = 1


Prepare = Callable[[], Callable[[], None]]
"""Gets everything ready and returns the work proper."""


def run_until_call(prepare: Prepare, number: int) -> bool:
    """Run the work in a child and kill it where it enters its system call of that number.

    That call is not made. Returns False if the child ended before; raises ``RuntimeError`` if it
    failed, as it does where tracing is not allowed.
    """
    child = os.fork()
    if child == 0:
        _be_traced(prepare)
    _, status = os.waitpid(child, 0)
    if not os.WIFSTOPPED(status):
        raise RuntimeError("the child could not be traced")
    _ptrace(_SETOPTIONS, child, data=_OPTIONS)
    entered, pending = 0, 0
    while True:
        _ptrace(_SYSCALL, child, data=pending)
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            if status:
                raise RuntimeError(f"the traced child ended with status {status}")
            return False
        stopped_by = os.WSTOPSIG(status)
        if stopped_by != signal.SIGTRAP | 0x80:
            pending = stopped_by
            continue
        pending = 0
        entered += _has_entered(child)
        if entered == number:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True


def _be_traced(prepare: Prepare) -> None:
    status = 1
    try:
        work = prepare()
        _ptrace(_TRACEME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        work()
        status = 0
    finally:
        os._exit(status)


def _has_entered(child: int) -> bool:
    """True at the door into a system call, False at the door out of it."""
    info = ctypes.create_string_buffer(88)  # struct ptrace_syscall_info; its first byte says which
    _ptrace(_GET_SYSCALL_INFO, child, len(info), ctypes.addressof(info))
    return info.raw[0] == _ENTERED


def _ptrace(request: int, child: int, address: int = 0, data: int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(request, child, address, data) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"ptrace: {os.strerror(number)}")
