"""On which platforms a fact can be seen, as its collector declares it."""

from pathlib import Path

from igaudit.content import Content
from igaudit.load.collectors import load_collectors

COLLECTOR = """\
collector: twofold
title: t
why: w
kinds: [machine]
probes:
  linux:
    - id: a
      script: a.sh
      reads: r
      privilege: none
      cost: c
      parser: stock.key_values
      gives: [both, shell]
  windows:
    - id: b
      steps: [{id: both, registry: 'SOFTWARE\\X', values: [Both]}]
      reads: r
      privilege: none
      cost: c
      parser: windows.stock.values
      gives: [both]
facts:
  both: {type: string, says: b}
  shell: {type: string, says: s}
derived:
  told: {type: string, says: t}
  told_here: {type: string, says: t, platforms: [linux]}
"""


def test_a_fact_is_seen_where_a_probe_gives_it(tmp_path: Path) -> None:
    folder = tmp_path / "collectors" / "twofold"
    folder.mkdir(parents=True)
    (folder / "collector.yaml").write_text(COLLECTOR)
    (folder / "a.sh").write_text("true\n")
    shows = load_collectors(Content.of(tmp_path))["twofold"].shows()
    linux, windows = ("linux", "machine"), ("windows", "machine")
    assert shows["twofold"] == shows["twofold.both"] == shows["twofold.told"] == {linux, windows}
    assert shows["twofold.shell"] == shows["twofold.told_here"] == {linux}
