"""What a template must not do: reach Python's inside, fill the memory, run for ever."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from jinja2 import DictLoader
from jinja2.exceptions import TemplateError

from notifications.delivery.protocol import RenderError
from notifications.rendering.bounding import TooMuch
from notifications.rendering.renderer import Renderer
from notifications.rendering.sandbox import Sandbox
from notifications.rendering.spelling import filters_of
from tests.letters import REMINDER

ESCAPES = (
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ words.heading._func.__globals__ }}",
    "{{ words.__dict__ }}",
    "{{ words._body_stream }}",
    "{{ holders.append(1) }}",
    "{{ holders.__class__ }}",
    "{{ notice.update({'a': 1}) }}",
    "{{ notice.pop('title') }}",
    "{{ notice.__class__.__base__.__subclasses__() }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{0.__class__}'.format_map(notice) }}",
    "{{ title.encode }}",
    "{{ title.translate }}",
    "{{ (1).__class__ }}",
    "{{ (1).real }}",
    "{{ cycler }}",
    "{{ lipsum(9) }}",
    "{{ joiner }}",
    "{{ dict(a=1) }}",
    "{{ title | safe }}",
    "{{ title | pprint }}",
    "{{ title | map('upper') | list }}",
    "{{ [1] | xmlattr }}",
    "{{ title | tojson }}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{% include '../../notice.py' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'words.j2/../../../x' as x %}",
    "{% set x = namespace() %}{{ x._Namespace__attrs }}",
    "{% for a in holders %}{{ loop.__class__ }}{% endfor %}",
    "{% for a in holders %}{{ loop._iterator }}{% endfor %}",
    "{% macro m() %}{{ caller }}{% endmacro %}{{ m.__class__ }}",
    "{{ undefined_thing.x }}",
    "{{ context }}",
    "{{ environment }}",
)
BOMBS = (
    "{{ 'a' * 10**9 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ (2 ** 200) * (2 ** 200) }}",
    "{{ [1] * 10**9 }}",
    "{{ range(10**9) | list }}",
    "{{ range(10**9) | join }}",
    "{{ 'a' | center(10**9) }}",
    "{{ 'a'.center(10**9) }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ 'a'.zfill(10**9) }}",
    "{{ 'a\t'.expandtabs(10**9) }}",
    "{{ 'a' | indent(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a' | batch(2, 'x') | list }}",
    "{{ lipsum(n=10**6) }}",
    "{% set x = namespace(t='a') %}{% for i in range(60) %}{% set x.t = x.t ~ x.t %}{% endfor %}",
    "{% set x = namespace(t='a') %}{% for i in range(60) %}{% set x.t = x.t + x.t %}{% endfor %}",
    "{% set x = namespace(t=[1]) %}{% for i in range(60) %}{% set x.t = [x.t, x.t] %}{% endfor %}",
    "{% set x = namespace(t=(1,)) %}{% for i in range(60) %}{% set x.t = x.t, x.t %}{% endfor %}",
    "{% set x = namespace(t=1) %}{% for i in range(60) %}{% set x.t = {1: x.t, 2: x.t} %}"
    "{% endfor %}",
    "{% set x = namespace(t='a') %}{% for i in range(60) %}"
    "{% set y %}{{ x.t }}{{ x.t }}{% endset %}{% set x.t = y %}{% endfor %}",
    "{% set x = namespace(t='a') %}{% for i in range(60) %}"
    "{% set x.t = x.t | replace('', x.t) %}{% endfor %}",
    "{% set x = namespace(t='ab') %}{% for i in range(60) %}"
    "{% set x.t = [x.t, x.t] | join(x.t) %}{% endfor %}",
    "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "{% macro m(t, n) %}{% if n %}{{ m(t ~ t, n - 1) }}{% else %}{{ t }}{% endif %}{% endmacro %}"
    "{{ m('a', 60) }}",
    "{% set t %}{{ range(2000) | join(',') }}{% endset %}"
    "{% for a in range(9999) %}{{ t | replace(',', '--') }}{% endfor %}",
    "{% include 't.txt.j2' %}",
    "{% set t = 'a' %}{% set x = namespace(t='a') %}{% for i in range(21) %}"
    "{% set x.t = x.t ~ x.t %}{% endfor %}{% for i in range(9999) %}{{ x.t | upper }}{% endfor %}",
    "{% set x = namespace(t='a') %}{% for i in range(21) %}"
    "{% set x.t = x.t ~ x.t %}{% endfor %}{% for i in range(9999) %}{{ x.t.upper() }}{% endfor %}",
)
ENDLESS = (
    "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "{% for a in range(9999) %}{% for b in range(9999) %}{{ 'x' in 'y' }}{% endfor %}{% endfor %}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "{% for a in [1, 1] recursive %}{{ loop([1, 1]) if loop.depth < 40 }}{% endfor %}",
)


WORDS = "{% macro heading(kind, days_left) %}{{ kind }}{% endmacro %}"


def refused(source: str) -> Exception:
    """Return why a template is not rendered."""
    templates = {"words.j2": WORDS, "t.txt.j2": '{% import "words.j2" as words %}' + source}
    sandbox = Sandbox(DictLoader(templates), filters_of("zh"))
    sandbox.begin()
    with pytest.raises(Exception) as caught:
        sandbox.get_template("t.txt.j2").render(REMINDER, notice=dict(REMINDER))
    return caught.value


@pytest.mark.parametrize("source", ESCAPES)
def test_a_template_reaches_nothing_but_facts(source):
    error = refused(source)

    assert isinstance(error, TemplateError | TypeError), error
    assert not isinstance(error, TooMuch)


@pytest.mark.parametrize("source", BOMBS)
def test_a_template_cannot_fill_the_memory(source, monkeypatch):
    monkeypatch.setattr("notifications.rendering.bounding.MAX_TEXT", 500_000)
    monkeypatch.setattr("notifications.rendering.bounding.MAX_MADE", 2_500_000)
    tracemalloc.start()
    try:
        error = refused(source)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert isinstance(error, TemplateError | TypeError | RecursionError | OverflowError), error
    assert most < 20_000_000


@pytest.mark.parametrize("source", ENDLESS)
def test_a_template_cannot_run_for_ever(source, monkeypatch):
    monkeypatch.setattr("notifications.rendering.sandbox.MAX_SECONDS", 0.1)
    began = time.thread_time()

    assert "takes longer" in str(refused(source))
    assert time.thread_time() - began < 1


def test_what_templates_need_is_allowed(tmp_path):
    source = """
    {% set ns = namespace(n=0) %}{% for name in holders + contacts %}{% set ns.n = ns.n + 1 %}
    {{ loop.index }}/{{ loop.length }} {{ name | upper }}{{ ", " if not loop.last }}{% endfor %}
    {{ ns.n * 2 }} {{ 2 ** 10 }} {{ "%s: %d" | format(issue, nth) }} {{ "%s" % work }}
    {{ {"a": 1}.get("a") }} {{ title.replace if false }} {{ [1, 2] | length }} {{ due[:4] }}
    {{ contacts | join("、") }} {{ title.split("河")[0] }} {{ "a-b" | replace("-", "+") }}
    {% macro m(a, b="!") %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}
    {% call m("x") %}{% endcall %} {% call m("y", b="?") %}z{% endcall %}
    {{ items | default("none") }} {{ "yes" if due is string and nth is odd }}
    {% filter fold %}{{ title }}{% endfilter %} {{ due | until }} {{ "17:30" | clock }}
    """
    (tmp_path / "reminder.txt.j2").write_text(source, encoding="utf-8")

    text = Renderer(tmp_path).render("reminder", "zh", REMINDER).plain
    for said in ("3/3 李敏", "6 1024 YX2023-7: 1 完成整改措施", "1  2 2023", "陈静、李敏 关于“"):
        assert said in text
    for said in ("a+b", "x!", "y?z", "none yes", "2023年4月15日24时 17时30分"):
        assert said in text


def test_what_a_text_macro_says_is_escaped_in_html_without_being_told(tmp_path):
    (tmp_path / "mine.j2").write_text("{% macro say(n) %}<b>{{ n.title }}</b>{% endmacro %}")
    (tmp_path / "reminder.html.j2").write_text(
        '{% import "mine.j2" as mine %}{% set x = mine.say(notice) %}'
        "{{ mine.say(notice) }} {{ x ~ x }} {% macro own(n) %}<i>{{ n.title }}</i>{% endmacro %}"
        "{{ own(notice) }} {{ mine.say(notice) | forceescape }}"
    )
    html = Renderer(tmp_path).render("reminder", "zh", {**REMINDER, "title": "<x>&"}).html

    once = "&lt;b&gt;&lt;x&gt;&amp;&lt;/b&gt;"
    assert html.split() == [once, once + once, "<i>&lt;x&gt;&amp;</i>", once]


def test_facts_are_plain_values_whatever_is_handed_in(tmp_path):
    class Sly:
        inside = 1

        def __str__(self) -> str:
            return "said\u202e"

    (tmp_path / "reminder.txt.j2").write_text("{{ title }}{{ title.inside }}")
    with pytest.raises(RenderError, match="no attribute 'inside'"):
        Renderer(tmp_path).render("reminder", "zh", {**REMINDER, "title": Sly()})
    (tmp_path / "reminder.txt.j2").write_text("{{ title }}")
    own = Renderer(tmp_path).render("reminder", "zh", {**REMINDER, "title": Sly()})
    assert own.plain == "said\n"
