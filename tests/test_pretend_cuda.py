"""The pretended GPU refuses what a real one refuses, takes what it takes, and has the CPU's bits.

Both lists were tried on an NVIDIA H200; where there is a GPU, a test does so again. As JSON, what
raised what under the harness, or on the GPU:

    python -m tests.test_pretend_cuda [--real]
"""

import copy
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.pretend_cuda import Shell, install, pretend_cuda

ROOT = Path(__file__).resolve().parents[1]
# Of tensors of the CPU, and of the same ones of the GPU.
Case = Callable[["Tensors", "Tensors"], Any]


class Tensors:
    """On one device: a matrix (4, 4), whole numbers and a mask (4,), a number, an image."""

    def __init__(self, device: str) -> None:
        self.device = torch.device(device)
        self.x = torch.arange(16.0).view(4, 4).to(device)
        self.whole = torch.tensor([0, 2, 1, 3]).to(device)
        self.mask = torch.tensor([True, False, True, False]).to(device)
        self.one = torch.tensor(1.0).to(device)
        self.image = torch.linspace(0, 1, 48).view(1, 3, 4, 4).to(device)


def set_at(target: Tensor, where: Any, value: Any) -> Tensor:
    """The target, after values were written into it."""
    target[where] = value
    return target


def network(device: torch.device | str) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten()).to(device)


def gradient(of: Tensors, start: Tensors) -> Tensor:
    x = of.x.clone().requires_grad_(True)
    return torch.autograd.grad(x.exp(), x, grad_outputs=start.x)[0]


def drawn(device: torch.device, draw: Callable[..., Tensor]) -> Tensor:
    return draw(generator=torch.Generator().manual_seed(0), device=device)


MISTAKES: dict[str, Case] = {
    # Arithmetic
    "add a matrix of the CPU": lambda cpu, gpu: gpu.x + cpu.x,
    "add a matrix of the GPU": lambda cpu, gpu: cpu.x + gpu.x,
    "scale by a number of the GPU": lambda cpu, gpu: cpu.x * gpu.one,
    "compare": lambda cpu, gpu: gpu.x > cpu.x,
    "add in place": lambda cpu, gpu: gpu.x.add_(cpu.x),
    "add a number of the GPU in place": lambda cpu, gpu: cpu.x.add_(gpu.one),
    "add numbers in place": lambda cpu, gpu: cpu.one.clone().add_(gpu.one),
    "clip": lambda cpu, gpu: gpu.x.clamp(min=cpu.x),
    "clip at a number of the CPU": lambda cpu, gpu: gpu.x.clamp(min=cpu.one),
    "two numbers of the CPU at once": lambda cpu, gpu: torch.addcmul(gpu.x, cpu.one, cpu.one),
    "choose by a mask of the CPU": lambda cpu, gpu: torch.where(cpu.mask, gpu.x, gpu.x),
    "choose a matrix of the CPU": lambda cpu, gpu: torch.where(gpu.mask, gpu.x, cpu.x),
    # Products
    "matrix product": lambda cpu, gpu: gpu.x @ cpu.x,
    "einsum": lambda cpu, gpu: torch.einsum("ij,jk->ik", gpu.x, cpu.x),
    "convolution": lambda cpu, gpu: F.conv2d(gpu.image, cpu.image),
    "network of the CPU": lambda cpu, gpu: network("cpu").eval()(gpu.image),
    "network of the GPU": lambda cpu, gpu: network(gpu.device).eval()(cpu.image),
    "product of whole numbers": lambda cpu, gpu: gpu.whole[None] @ gpu.whole[:, None],
    "linear equations": lambda cpu, gpu: torch.linalg.solve(gpu.x + torch.eye(4).to(gpu.x), cpu.x),
    "loss with labels of the CPU": lambda cpu, gpu: F.cross_entropy(gpu.x, cpu.whole),
    # Joining and choosing
    "cat": lambda cpu, gpu: torch.cat([gpu.x, cpu.x]),
    "stack numbers": lambda cpu, gpu: torch.stack([gpu.one, cpu.one]),
    "gather": lambda cpu, gpu: gpu.x.gather(1, cpu.whole[:, None]),
    "scatter": lambda cpu, gpu: gpu.x.scatter(1, cpu.whole[:, None], 0.0),
    "index_select": lambda cpu, gpu: gpu.x.index_select(0, cpu.whole),
    "is in": lambda cpu, gpu: torch.isin(gpu.whole, cpu.whole),
    "sample at places of the CPU": lambda cpu, gpu: F.grid_sample(
        gpu.image, cpu.image[:, :2].movedim(1, 3), align_corners=False
    ),
    "read the CPU at indices of the GPU": lambda cpu, gpu: cpu.x[gpu.whole],
    "read the CPU by a mask of the GPU": lambda cpu, gpu: cpu.x[gpu.mask],
    "write what is on the CPU at indices": lambda cpu, gpu: set_at(gpu.x, gpu.whole, cpu.x),
    "write what is on the CPU by a mask": lambda cpu, gpu: set_at(gpu.x, gpu.mask, cpu.x[:2]),
    "fill by one truth of the CPU": lambda cpu, gpu: gpu.x.masked_fill(cpu.mask[0], 0.0),
    "fill by a mask of the CPU": lambda cpu, gpu: gpu.x.masked_fill(cpu.mask, 0.0),
    "fill the CPU by a mask of the GPU": lambda cpu, gpu: cpu.x.masked_fill(gpu.mask, 0.0),
    # Leaving
    "numpy": lambda cpu, gpu: gpu.x.numpy(),
    "numpy of a gradient": lambda cpu, gpu: gradient(gpu, gpu).numpy(),
    "array": lambda cpu, gpu: np.asarray(gpu.x),
    "array of a list": lambda cpu, gpu: np.stack([gpu.x, gpu.x]),
    # Drawing
    "draw": lambda cpu, gpu: drawn(gpu.device, lambda **how: torch.randn(3, **how)),
    "permute": lambda cpu, gpu: drawn(gpu.device, lambda **how: torch.randperm(3, **how)),
    "draw in place": lambda cpu, gpu: gpu.x.normal_(generator=torch.Generator()),
    # Gradients
    "gradient of the CPU": lambda cpu, gpu: gradient(gpu, cpu),
    "gradient of the GPU": lambda cpu, gpu: gradient(cpu, gpu),
}  # fmt: skip

MIXES: dict[str, Case] = {
    "add a number of the CPU": lambda cpu, gpu: gpu.x + cpu.one,
    "subtract from a number of the CPU": lambda cpu, gpu: cpu.one - gpu.x,
    "add a number of the CPU in place": lambda cpu, gpu: gpu.x.add_(cpu.one),
    "numbers of both": lambda cpu, gpu: cpu.one + gpu.one,
    "compare with a number": lambda cpu, gpu: gpu.x >= cpu.one,
    "the larger of it and a number": lambda cpu, gpu: torch.maximum(gpu.x, cpu.one),
    "choose between it and a number": lambda cpu, gpu: torch.where(gpu.mask, gpu.x, cpu.one),
    "choose between numbers": lambda cpu, gpu: torch.where(gpu.mask, cpu.one, cpu.one),
    "choose by a constant": lambda cpu, gpu: torch.where(gpu.mask, 0.0, gpu.x),
    "fill with a number": lambda cpu, gpu: gpu.x.masked_fill(gpu.mask, cpu.one),
    "fill with a number in place": lambda cpu, gpu: gpu.x.fill_(cpu.one),
    "read at indices of the CPU": lambda cpu, gpu: gpu.x[cpu.whole],
    "read by a mask of the CPU": lambda cpu, gpu: gpu.x[cpu.mask],
    "read at indices of both": lambda cpu, gpu: gpu.x[cpu.whole, gpu.whole],
    "read the CPU at a number of the GPU": lambda cpu, gpu: cpu.x[gpu.whole[1]],
    "read a list at a number of the GPU": lambda cpu, gpu: torch.tensor([7, 8, 9][gpu.whole[1]]),
    "write at indices of the CPU": lambda cpu, gpu: set_at(gpu.x, cpu.whole, gpu.x + 1),
    "write the CPU at indices of the GPU": lambda cpu, gpu: set_at(cpu.x, gpu.whole, cpu.x + 1),
    "write a number of the CPU at indices": lambda cpu, gpu: set_at(gpu.x, gpu.whole, cpu.one),
    "write a number of the GPU into the CPU": lambda cpu, gpu: set_at(cpu.x, cpu.whole, gpu.one),
    "write a constant by a mask": lambda cpu, gpu: set_at(gpu.x, gpu.mask, 5.0),
    "copy a slice over": lambda cpu, gpu: set_at(gpu.x, slice(2), cpu.x[2:]),
    "copy a slice back": lambda cpu, gpu: set_at(cpu.x, slice(2), gpu.x[2:]),
    "copy over in place": lambda cpu, gpu: gpu.x.copy_(2 * cpu.x),
    "move to a tensor": lambda cpu, gpu: cpu.x.to(gpu.whole) + gpu.x.long(),
    "move back to a tensor": lambda cpu, gpu: gpu.x.to(cpu.whole) + cpu.x.long(),
    "become like another": lambda cpu, gpu: (gpu.x / 3).to(gpu.whole),
    "move over what inference made": lambda cpu, gpu: (
        torch.inference_mode()(cpu.x.exp)().to(gpu.device) + gpu.x
    ),
    "numpy of the CPU": lambda cpu, gpu: torch.from_numpy(gpu.x.cpu().numpy()),
    "numbers of Python": lambda cpu, gpu: torch.tensor(
        [float(gpu.one), int(gpu.whole[1]), bool(gpu.mask.any()), *gpu.x.tolist()[1]]
    ),
    "a tensor of numbers": lambda cpu, gpu: torch.tensor([gpu.one, gpu.x[1, 2], cpu.one]),
    "print": lambda cpu, gpu: torch.tensor(float(f"{gpu.x.mean():.3f}")),
    "new ones beside it": lambda cpu, gpu: gpu.x.new_ones(4) + torch.zeros_like(gpu.x),
    "make on its device": lambda cpu, gpu: torch.tensor([1, 2, 3, 4], device=gpu.device) + gpu.x,
    "count on its device": lambda cpu, gpu: torch.arange(4, device=gpu.device) + gpu.x,
    "draw on the CPU": lambda cpu, gpu: drawn(
        torch.device("cpu"), lambda **how: torch.randn(4, **how)
    ).to(gpu.device) + gpu.x,
    "squeeze in place": lambda cpu, gpu: gpu.x[None].squeeze_(0) + gpu.x,
    "view of a part": lambda cpu, gpu: set_at(gpu.x, 0, gpu.x[1:2, ::2].repeat(1, 2)),
    "complex numbers": lambda cpu, gpu: torch.fft.irfft2(torch.fft.rfft2(gpu.x).conj() * cpu.one),
    "gradient": lambda cpu, gpu: gradient(gpu, gpu),
    "without gradients": torch.inference_mode()(lambda cpu, gpu: F.cross_entropy(gpu.x, gpu.whole)),
    "network": lambda cpu, gpu: network(gpu.device).eval()(gpu.image),
}  # fmt: skip


def trained(device: torch.device) -> Iterator[Tensor]:
    """What a few steps of training leave in a network and in its copies."""
    net = network(device)
    weight = net[0].weight
    assert net.to(memory_format=torch.channels_last)[0].weight is weight
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.1)
    image = torch.linspace(0, 1, 48).view(1, 3, 4, 4).to(device)
    for _ in range(3):
        with torch.autocast(device.type, dtype=torch.bfloat16):
            loss = net(image).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    weight.data *= 2
    yield from copy.deepcopy(net).state_dict().values()
    buffer = io.BytesIO()
    torch.save(net.state_dict(), buffer)
    for map_location in ("cpu", device):
        buffer.seek(0)
        yield from torch.load(buffer, map_location=map_location, weights_only=True).values()


# ------------------------------------------------------------------------- tests


@pytest.fixture(scope="module")
def pretended() -> dict[str, str]:
    """What happened in a process with the harness: case → error, or nothing."""
    command = [sys.executable, "-m", "tests.test_pretend_cuda"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", MISTAKES)
def test_what_cuda_refuses_is_refused(name: str, pretended: dict[str, str]) -> None:
    assert pretended[f"mistake: {name}"].partition(":")[0] in ("RuntimeError", "TypeError")


@pytest.mark.parametrize("name", MIXES)
def test_what_cuda_takes_is_taken_and_gives_the_bits_of_the_cpu(
    name: str, pretended: dict[str, str]
) -> None:
    assert pretended[f"mix: {name}"] == ""


def test_a_network_is_trained_copied_and_saved_to_the_bits_of_the_cpu(
    pretended: dict[str, str],
) -> None:
    assert pretended["training"] == ""


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_a_real_gpu_refuses_and_takes_the_same(pretended: dict[str, str]) -> None:
    real = outcomes(is_real=True)
    pretended = {name: pretended[name] for name in real}
    assert {n for n, error in real.items() if error} == {n for n, e in pretended.items() if e}


# ------------------------------------------------------------------ another process


def outcomes(*, is_real: bool) -> dict[str, str]:
    """Every case → what it raised; for those that should work, also what is wrong with its bits.

    is_real: on a GPU, whose arithmetic has other last digits.
    """
    found = {f"mistake: {name}": raised(case) for name, case in MISTAKES.items()}
    for name, case in MIXES.items():
        found[f"mix: {name}"] = raised(case, compared=not is_real)
    if not is_real:
        pairs = zip(trained(torch.device("cuda")), trained(torch.device("cpu")), strict=True)
        same = all(torch.equal(values_of(ours), theirs) for ours, theirs in pairs)
        found["training"] = "" if same else "other bits"
    return found


def raised(case: Case, *, compared: bool = False) -> str:
    try:
        found = case(Tensors("cpu"), Tensors("cuda"))
    except (RuntimeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    if compared and not torch.equal(values_of(found), case(Tensors("cpu"), Tensors("cpu"))):
        return "other bits"
    return ""


def values_of(tensor: Tensor) -> Tensor:
    return tensor.values if isinstance(tensor, Shell) else tensor


def main() -> None:
    if "--real" in sys.argv:
        print(json.dumps(outcomes(is_real=True), indent=0))
        return
    install()
    with pretend_cuda():
        print(json.dumps(outcomes(is_real=False), indent=0))


if __name__ == "__main__":
    main()
