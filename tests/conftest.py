"""What all tests share: real servers, the settings of hypothesis, the cast and a fixed clock."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers.postgres import PostgresServer, running_postgres
from tests.servers.smtp import SmtpServer, running_smtp

# --- hypothesis ------------------------------------------------------------------------------
# No deadline: a busy machine is no fault of the code. Continuous integration repeats the same
# examples every time, so a red build is one's own; new examples are found on the desk.

settings.register_profile("desk", deadline=None, print_blob=True)
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


# --- servers ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One real PostgreSQL server for all tests of this process; starts when first asked for."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database that this test has for itself."""
    with postgres_server.database() as name:
        yield postgres_server.url(name)


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A real SMTP server on a free port, with no letters yet."""
    with running_smtp() as server:
        yield server
