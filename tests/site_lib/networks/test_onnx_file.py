"""Files of graphs, byte by byte where the format says what they are, and run by the runtime."""

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.networks.onnx_file import Graph, model
from tests.live.runtime import run_graph


def test_numbers_are_groups_of_seven_bits():
    """A dimension of 300 is the example of the format's own guide: ac 02."""
    graph = Graph("g", inputs={"x": (np.dtype(np.float32), (300,))})
    assert b"\x0a\x03\x08\xac\x02" in model(graph)


def test_a_constant_holds_its_values_as_little_endian_bytes():
    graph = Graph("g")
    graph.constant("c", np.array([1.5, -2.0], ">f4"))
    content = model(graph)
    assert np.array([1.5, -2.0], "<f4").tobytes() in content
    assert content.count(b"\x42\x01c") == 1


def test_one_name_never_stands_for_two_constants():
    graph = Graph("g")
    graph.constant("c", np.zeros(2, np.float32))
    graph.constant("c", np.zeros(2, np.float32))
    with pytest.raises(CourseError, match="another constant 'c'"):
        graph.constant("c", np.ones(2, np.float32))


def test_half_precision_halves_large_constants_and_leaves_small_ones():
    graph = Graph("g")
    graph.constant("large", np.full(2000, 1 / 3, np.float32))
    graph.constant("small", np.full(20, 1 / 3, np.float32))
    full, half = model(graph), model(graph, half=True)
    assert 4000 - 200 < len(full) - len(half) < 4000
    assert np.full(20, 1 / 3, "<f4").tobytes() in half
    assert np.full(2000, 1 / 3, "<f2").tobytes() in half


@pytest.mark.slow
@pytest.mark.parametrize("half", [False, True])
def test_the_runtime_computes_what_the_graph_says(half, tmp_path):
    """y = if sure: 2 x + c, else: x; with a constant of 2048 values and attributes of each kind."""
    values = np.linspace(-1, 1, 2048, dtype=np.float32)
    graph = Graph("g")
    shape = (1, 2048)
    graph.inputs = {"x": (np.dtype(np.float32), shape), "sure": (np.dtype(np.bool_), ())}
    graph.outputs = {"y": (np.dtype(np.float32), shape)}
    graph.constant("c", values.reshape(shape))
    then, otherwise = Graph("then"), Graph("otherwise")
    doubled = then.add("LeakyRelu", "x", alpha=2.0)
    then.outputs = {then.add("Add", doubled, "c"): (np.dtype(np.float32), shape)}
    same = otherwise.add("Transpose", "x", perm=(0, 1))
    otherwise.outputs = {same: (np.dtype(np.float32), shape)}
    graph.add("If", "sure", into="y", then_branch=then, else_branch=otherwise)
    x = -np.ones(shape, np.float32)
    feeds = [{"x": x, "sure": np.array(sure)} for sure in (True, False)]
    sure, unsure = run_graph(model(graph, half=half), feeds, tmp_path)
    expected = values.astype(np.float16).astype(np.float32) if half else values
    np.testing.assert_allclose(sure["y"], expected - 2.0, atol=1e-6)
    np.testing.assert_array_equal(unsure["y"], x[0])
