"""A GPU for machines without one: tensors that live on the CPU, say ``cuda:0``, and are as strict.

>>> install()
>>> with pretend_cuda():
...     torch.ones(2, device="cuda") + torch.ones(2)
Traceback (most recent call last):
RuntimeError: add.Tensor needs its tensors on one device: cuda:0 (2,), cpu (2,)

A :class:`Shell` stands for a tensor on the GPU and holds its values in a tensor on the CPU. Every
operator that PyTorch dispatches, those of backward passes too, is checked by CUDA's rules and then
runs on the values, so that results have the very bits of the CPU. Where CUDA accepts a tensor of
the CPU among its own, and where not, was tried on a real one (``test_pretend_cuda.py``).

Not seen: memory, speed, TF32, the order of additions in CUDA's kernels, dtypes that one of these
lacks, and assertions inside them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch._ops import OpOverload
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

SHOWN = torch.device("cuda", 0)
# What the shells are to PyTorch's engine: a spare kind of device. For CUDA's own it would ask the
# driver.
INNER = torch.device("privateuseone", 0)
NAME = "pretend"  # of that kind in PyTorch's messages
GPU_NAME = "no GPU: the CPU pretends"


class Shell(Tensor):
    """A tensor that says it is on ``cuda:0``.

    values: the tensor on the CPU that has its numbers, and its strides.
    """

    values: Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]
    device = property(lambda self: SHOWN)
    is_cuda = property(lambda self: True)

    @staticmethod
    def __new__(cls, values: Tensor) -> "Shell":
        # What is conjugated or negated later on would be so of the values alone.
        values = values.detach().resolve_conj().resolve_neg()
        with torch.inference_mode(False):  # in it, autograd takes no view of a parameter
            shell = Tensor._make_wrapper_subclass(
                cls, values.shape, strides=values.stride(), storage_offset=values.storage_offset(),
                dtype=values.dtype, device=INNER,
            )  # fmt: skip
        shell.values = values
        return shell

    @classmethod
    def __torch_dispatch__(cls, operator, types, args=(), kwargs=None):
        return run(operator, args, kwargs or {})

    # ------------------------------------------- what PyTorch does without an operator

    def to(self, *args: Any, **kwargs: Any) -> Tensor:
        """As any tensor's; a device that is named ``cuda`` is the shells' own."""
        if args and isinstance(args[0], Shell):  # the device and the kind of numbers of another
            args = (args[0].device, args[0].dtype, *args[1:])
        args, kwargs = ([INNER if on_gpu(a) else a for a in args],
                        {k: INNER if on_gpu(a) else a for k, a in kwargs.items()})  # fmt: skip
        return Tensor.to(self, *args, **kwargs)

    def cuda(self, *_: Any) -> "Shell":
        return self

    def numpy(self) -> None:  # type: ignore[override]
        """TypeError, as CUDA's tensors have it."""
        raise TypeError("can't convert a cuda:0 tensor to numpy; use Tensor.cpu() first")

    def __array__(self, *_: Any) -> None:  # type: ignore[override]
        self.numpy()

    def tolist(self) -> Any:
        return self.values.tolist()

    def __format__(self, form: str) -> str:
        return format(self.item() if form else self.values, form)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Shell":
        copy = Shell(self.values.clone()).requires_grad_(self.requires_grad)
        if getattr(self, "_is_param", False):
            copy._is_param = True
        memo[id(self)] = copy
        return copy

    def _set_data(self, other: "Shell") -> None:
        self.values = other.values
        Tensor.data.__set__(self, other)  # type: ignore[attr-defined]

    data = property(lambda self: Tensor.data.__get__(self), _set_data)  # type: ignore[assignment]

    # With these two, Module.to exchanges parameters in place, as it does for CUDA.
    def __tensor_flatten__(self) -> tuple[list[str], None]:
        return ["values"], None

    @staticmethod
    def __tensor_unflatten__(inner: dict[str, Tensor], *_: Any) -> "Shell":
        return Shell(inner["values"])


def on_gpu(value: Any) -> bool:
    """Whether a tensor is a shell; of a device or its name, whether shells are there."""
    if isinstance(value, torch.device):
        value = value.type
    if isinstance(value, str):
        return value.split(":")[0] in (SHOWN.type, INNER.type, NAME)
    return isinstance(value, Shell)


# -------------------------------------------------------------------- the rules

# Operators by their names without an underscore at the end.
MOVES = {"copy", "_to_copy"}
READS = {"index", "_unsafe_index"}
WRITES = {"fill", "index_put", "_index_put_impl", "_unsafe_index_put"}
PRODUCTS = {"mm", "bmm", "addmm", "baddbmm", "mv", "addmv", "dot", "vdot", "convolution"}
# Arithmetic with two operands that takes no number of the CPU for the second.
NO_NUMBERS = {"clamp"}


def name_of(operator: OpOverload) -> str:
    return operator._schema.name.removeprefix("aten::").rstrip("_")


def tensors_in(value: Any) -> list[Tensor]:
    """The tensors in the arguments of an operator, which has lists and tuples of them at most."""
    if isinstance(value, Tensor):
        return [value]
    inner = value.values() if type(value) is dict else value if type(value) in (list, tuple) else ()
    return [tensor for one in inner for tensor in tensors_in(one)]


def mapped(change: Callable[[Tensor], Tensor], value: Any) -> Any:
    """Arguments or results of an operator with other tensors; PyTorch's own way takes longer."""
    if isinstance(value, Tensor):
        return change(value)
    if type(value) is dict:
        return {name: mapped(change, one) for name, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)([mapped(change, one) for one in value])
    return value


def bared(tensor: Tensor) -> Tensor:
    return tensor.values if isinstance(tensor, Shell) else tensor


def check(operator: OpOverload, tensors: list[Tensor]) -> None:
    """RuntimeError where CUDA would not take these tensors, one of which is a shell."""
    name = name_of(operator)
    kind = tensors[0].dtype
    if name in PRODUCTS and not (kind.is_floating_point or kind.is_complex):
        raise RuntimeError(f"{operator} is not implemented for {kind} on CUDA")
    if not (name in MOVES or all(map(on_gpu, tensors)) or may_mix(operator, name, tensors)):
        shown = ", ".join(f"{t.device} {tuple(t.shape)}" for t in tensors)
        raise RuntimeError(f"{str(operator).removeprefix('aten.')} needs its tensors on one "
                           f"device: {shown}")  # fmt: skip


def may_mix(operator: OpOverload, name: str, tensors: list[Tensor]) -> bool:
    """Whether CUDA takes these tensors of two devices."""
    first, last = tensors[0], tensors[-1]
    elsewhere = [tensor for tensor in tensors if not on_gpu(tensor)]
    if name in READS:  # indices go over to a GPU by themselves, and never back
        return on_gpu(first)
    if name in WRITES:  # here both ways, and one number is written wherever it is
        return on_gpu(last) == on_gpu(first) or last.ndim == 0
    if name == "masked_fill":
        return on_gpu(first) and on_gpu(tensors[1]) and last.ndim == 0
    if name == "where":
        return not any(tensor.ndim for tensor in elsewhere)
    # Arithmetic with two operands takes a number of the CPU; only the GPU can hold the result.
    pairwise = torch.Tag.pointwise in operator.tags and len(tensors) == 2
    return (
        pairwise
        and name not in NO_NUMBERS
        and elsewhere[0].ndim == 0
        and (on_gpu(first) or not operator._schema.is_mutable)
    )


def check_generator(operator: OpOverload, args: Any, kwargs: Any) -> None:
    """RuntimeError for a generator of the CPU that is to draw on the GPU."""
    for value in (*args, *kwargs.values()):
        if isinstance(value, torch.Generator) and value.device.type == "cpu":
            raise RuntimeError(f"{operator}: Expected a 'cuda' generator but found 'cpu'")


# ---------------------------------------------------------------- running operators


def run(operator: OpOverload, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Check an operator, run it on the CPU, and dress what it gives."""
    tensors = [*tensors_in(args), *tensors_in(kwargs)]
    without_autograd = torch.is_inference_mode_enabled() or any(t.is_inference() for t in tensors)
    if without_autograd and operator._can_decompose():
        with pretend_cuda():  # nobody else has taken it apart
            return operator.decompose(*args, **kwargs)
    shells = [tensor for tensor in tensors if on_gpu(tensor)]
    asked = kwargs.get("device")
    if not shells and not on_gpu(asked):
        return operator(*args, **kwargs)
    if shells:
        check(operator, tensors)
    to_gpu = on_gpu(asked) if asked is not None else goes_to_gpu(operator, args)
    if to_gpu:
        check_generator(operator, args, kwargs)
    bare_args, bare = mapped(bared, args), mapped(bared, kwargs)
    if asked is not None:
        bare |= {"device": torch.device("cpu"), "pin_memory": None}
    found = operator(*bare_args, **bare)
    if torch.Tag.inplace_view in operator.tags:
        with torch._C._DisableTorchDispatch():  # a shape that changes in place, of the shell too
            operator(*args, **kwargs)
    # What was changed in place is the very tensor that was given.
    given = {id(bared(tensor)): tensor for tensor in tensors}
    dress: Callable[[Tensor], Tensor] = Shell if to_gpu else lambda tensor: tensor
    return mapped(lambda t: given[id(t)] if id(t) in given else dress(t), found)


def goes_to_gpu(operator: OpOverload, args: tuple) -> bool:
    """Where the result is that no ``device`` was asked for, with shells among the arguments.

    What is written into a tensor stays there.
    """
    return on_gpu(args[0]) if operator._schema.is_mutable and isinstance(args[0], Tensor) else True


class _Mode(TorchDispatchMode):
    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        return run(operator, args, kwargs or {})


@contextmanager
def pretend_cuda() -> Iterator[None]:
    """Within the block, what is asked for on ``cuda`` is a shell. :func:`install` comes first."""
    with _Mode():
        yield


class Autocast(TorchFunctionMode):
    """``torch.autocast("cuda", …)``: products in a smaller dtype, as on the CPU."""

    PRODUCTS = (torch.conv2d, F.linear, torch.matmul, Tensor.matmul, torch.bmm, torch.mm)

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function in self.PRODUCTS:
            args, kwargs = tree_map_only(Shell, self.smaller, (args, kwargs))
        return function(*args, **kwargs)

    def smaller(self, shell: Shell) -> Tensor:
        return shell.to(self.dtype) if shell.dtype == torch.float32 else shell


# ----------------------------------------------------------------- installation


def install() -> None:
    """Prepare this process, before its first backward pass. That cannot be undone."""
    _setup_privateuseone_for_python_backend(NAME)
    torch._C._ensureCUDADeviceGuardSet()
    torch._C._set_only_lift_cpu_tensors(True)  # torch.tensor(…, device=…) moves what it has read
    answers = {"_lazy_init": None, "is_available": True, "device_count": 1, "current_device": 0,
               "get_device_name": GPU_NAME, "is_current_stream_capturing": False,
               "synchronize": None, "is_bf16_supported": True}  # fmt: skip
    for name, answer in answers.items():
        setattr(torch.cuda, name, lambda *_, answer=answer, **__: answer)
    torch.autograd.grad = _with_gradients_checked(torch.autograd.grad)
    torch.save, torch.load = _saving_values(torch.save), _loading_shells(torch.load)
    torch.tensor = _made_of_numbers(torch.tensor)
    torch.autocast = _autocast_on_shells(torch.autocast)  # type: ignore[misc]


def _with_gradients_checked(grad: Callable[..., Any]) -> Callable[..., Any]:
    """Autograd leaves out the check of devices for tensors that are no plain ones."""

    def checked(outputs: Any, inputs: Any, grad_outputs: Any = None, *args: Any, **kwargs: Any):
        if grad_outputs is not None:
            _check_pairs(grad_outputs, outputs)
        found = grad(outputs, inputs, grad_outputs, *args, **kwargs)
        _check_pairs(found, inputs)
        return found

    return checked


def _check_pairs(gradients: Any, of: Any) -> None:
    for gradient, tensor in zip(tree_leaves(gradients), tree_leaves(of), strict=True):
        if gradient is not None and gradient.device != tensor.device:
            raise RuntimeError(f"expected device {tensor.device} but got {gradient.device}")


def _saving_values(save: Callable[..., None]) -> Callable[..., None]:
    def saved(value: Any, *args: Any, **kwargs: Any) -> None:
        save(tree_map_only(Shell, lambda shell: shell.values.clone(), value), *args, **kwargs)

    return saved


def _loading_shells(load: Callable[..., Any]) -> Callable[..., Any]:
    def loaded(*args: Any, map_location: Any = None, **kwargs: Any) -> Any:
        if not on_gpu(map_location):
            return load(*args, map_location=map_location, **kwargs)
        return tree_map_only(Tensor, Shell, load(*args, map_location="cpu", **kwargs))

    return loaded


def _made_of_numbers(tensor: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A list is read without an operator, so that the numbers in it must not be shells."""

    def made(data: Any, *args: Any, **kwargs: Any) -> Tensor:
        if isinstance(data, list | tuple):
            data = tree_map_only(Shell, Shell.tolist, data)
        return tensor(data, *args, **kwargs)

    return made


def _autocast_on_shells(autocast: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(device_type: str, dtype: torch.dtype, **kwargs: Any) -> Any:
        return Autocast(dtype) if device_type == "cuda" else autocast(device_type, dtype, **kwargs)

    return chosen
