"""The machine: exactly the steps of the table, no way around them, safe to share."""

from __future__ import annotations

import threading
from itertools import product

import pytest

from states.machine import compile_machine, move
from states.process import SAME, Process, Step
from states.process_file import default_process, parse_process
from tests.cast import OWN

PROCESSES = [
    pytest.param(default_process(), id="default"),
    pytest.param(parse_process(OWN, "own.toml"), id="own"),
]


def let_pass(step: Step) -> None:
    pass


@pytest.mark.parametrize("process", PROCESSES)
def test_the_events_and_transitions_of_the_machine_are_those_of_the_table(process: Process):
    machine = compile_machine(process)
    declared = {
        (step.event, source, None if step.target == SAME else step.target)
        for step in process.steps
        for source in step.sources or ("",)
    }
    compiled = {
        (event, transition.source, transition.dest)
        for event in machine.events
        for transition in machine.get_transitions(event)
    }
    assert compiled == declared
    assert tuple(machine.events) == process.events
    assert set(machine.states) == {"", *process.states}


@pytest.mark.parametrize("process", PROCESSES)
def test_there_are_no_automatic_transitions_and_no_models(process: Process):
    machine = compile_machine(process)
    assert not [event for event in machine.events if event.startswith("to_")]
    assert machine.models == []


@pytest.mark.parametrize("process", PROCESSES)
def test_a_move_is_the_step_of_the_table_or_none(process: Process):
    for state, event in product(("", *process.states), process.events):
        step = process.step(state, event)
        if step is None:
            with pytest.raises(KeyError):
                move(process, state, event, let_pass)
        else:
            assert move(process, state, event, let_pass) == (step, step.reaches(state))


def test_a_move_that_nobody_declared_is_none():
    for state, event in (("reported", "to_completed"), ("no such state", "note"), ("", "note")):
        with pytest.raises(KeyError):
            move(default_process(), state, event, let_pass)


def test_the_gate_sees_the_step_once_and_stops_it_by_raising():
    seen: list[Step] = []

    def gate(step: Step) -> None:
        seen.append(step)
        raise RuntimeError("not you")

    process = default_process()
    with pytest.raises(RuntimeError, match="not you"):
        move(process, "reported", "draft_plan", gate)
    assert seen == [process.step("reported", "draft_plan")]


def test_equal_processes_share_one_machine():
    first, second = parse_process(OWN, "a.toml"), parse_process(OWN, "b.toml")
    assert compile_machine(first) is compile_machine(second)
    assert compile_machine(first) is not compile_machine(default_process())


def test_one_machine_serves_many_threads_without_a_wrong_answer():
    process = default_process()
    wrong: list[object] = []
    start = threading.Barrier(6)

    def work(state: str) -> None:
        start.wait()
        for _ in range(300):
            for event in process.events:
                step = process.step(state, event)
                if step is not None:
                    got = move(process, state, event, let_pass)
                    if got != (step, step.reaches(state)):
                        wrong.append((state, event, got))

    states = (*process.states, "")
    threads = [threading.Thread(target=work, args=(state,)) for state in states]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
