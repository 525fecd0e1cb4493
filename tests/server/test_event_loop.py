"""What many rows take is not taken from other calls: their tables are made in threads, and garbage is seldom looked for."""

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tools.loading import Loading
from tools.settings import ToolSettings
from tools.tables import Column, table, tabled


@pytest.fixture
def own_intervals() -> Iterator[None]:
    """Give Python its intervals back."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.parametrize(("count", "elsewhere"), [(3, False), (2_000, True)])
async def test_the_table_of_many_records_is_made_in_a_thread(count: int, elsewhere: bool) -> None:
    threads = set[int]()

    def cell(flat: Any) -> str:
        threads.add(threading.get_ident())
        return str(flat["name"])

    records = [{"id": f"{at}", "name": f"d{at}"} for at in range(count)]
    columns = [Column("name", cell=cell)]

    made = await tabled(records, columns, "/d/{id}/")

    assert (threading.get_ident() not in threads) is elsewhere
    assert made == table(records, columns, "/d/{id}/")
    assert len(made.rows) == count


async def test_after_the_start_rows_are_not_looked_through_for_garbage_again_and_again(own_intervals: None) -> None:
    loading = Loading(ToolSettings.load(_env_file=None, demo_mode="true"))
    before = gc.get_freeze_count()

    await loading.warm_up()
    await loading.aclose()

    youngest, _, oldest = gc.get_threshold()
    assert gc.get_freeze_count() > before
    assert youngest >= 50_000
    assert oldest >= 1_000
