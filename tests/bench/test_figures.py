"""The few statistics that all scripts share."""

from bench.figures import percentile, spread, table


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([5, 1, 4, 2, 3], 50) == 3
    assert percentile(range(1, 101), 95) == 95
    assert percentile([7], 95) == 7


def test_spread_says_lowest_median_and_highest() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"min": 1.0, "median": 2.0, "max": 3.0}


def test_columns_are_aligned() -> None:
    assert table(["a", "long"], [["bbb", 1]]) == "a    long\nbbb  1"
