"""Registers: a rule of the table emits its own machine code.

An operand is the name of an LLVM register.  Arithmetic on it, and the
functions of its namespace, write instructions; so to read a rule on such
operands is to write the rule down in the language of LLVM.

Notation: the *width* is the number of lanes that share a register.

Leaves out: single precision.

Sources: the LLVM language reference, for the text that is written here.
"""

from __future__ import annotations

from struct import pack, unpack
from typing import Any

from micrograd.compiler.tape import KINDS
from micrograd.errors import OptionError
from micrograd.operators import Operators
from micrograd.primitives import PRIMITIVES
from micrograd.rules import Primitive

__all__ = ["INSTRUCTIONS", "Code", "Number"]


class Code:
    """Lines of LLVM text for numbers of one width."""

    def __init__(self, width: int, prefix: str) -> None:
        self.width, self.prefix = width, prefix
        vector = width > 1
        self.type = f"<{width} x double>" if vector else "double"
        self.bits = f"<{width} x i1>" if vector else "i1"
        self.lines: list[str] = []

    def emit(self, text: str) -> str:
        """Add an instruction; return the register of its result."""
        name = f"%{self.prefix}{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def number(self, x: Any) -> str:
        """A register, or a constant in every lane."""
        if isinstance(x, Number):
            return x.name
        (pattern,) = unpack("Q", pack("d", x))
        one = f"0x{pattern:016X}"
        if self.width == 1:
            return one
        return f"<{', '.join([f'double {one}'] * self.width)}>"

    def operate(
        self, operation: str, *operands: Any, bits: bool = False
    ) -> Number:
        """An operation on numbers of this width."""
        names = ", ".join(map(self.number, operands))
        name = self.emit(f"{operation} {self.type} {names}")
        return Bits(self, name) if bits else Number(self, name)

    def choice(self, x: Any) -> Number:
        """A condition; a number counts as true unless it is 0."""
        if isinstance(x, Bits):
            return x
        return self.operate("fcmp une", x, 0.0, bits=True)

    def address(self, cell: int, lane: str = "") -> str:
        """Where a cell is, or that of a lane in a row of cells."""
        place = self.emit(f"add i64 {lane}, {cell}") if lane else f"{cell}"
        return self.emit(f"getelementptr double, ptr %M, i64 {place}")

    def load(self, cell: int, lane: str = "") -> str:
        """The numbers of a vector of lanes, or of one cell."""
        where = self.address(cell, lane)
        return self.emit(f"load {self.type}, ptr {where}, align 8")

    def store(self, name: str, cell: int, lane: str = "") -> None:
        """Write a number, or a vector of lanes."""
        where = self.address(cell, lane)
        self.lines.append(f"  store {self.type} {name}, ptr {where}, align 8")

    def spread(self, name: str) -> str:
        """One number in every lane."""
        if self.width == 1:
            return name
        t, w = self.type, self.width
        first = self.emit(f"insertelement {t} undef, double {name}, i32 0")
        mask = f"<{w} x i32> zeroinitializer"
        return self.emit(f"shufflevector {t} {first}, {t} undef, {mask}")


class Number(Operators):
    """An operand of a rule: a register with Python's operators."""

    __slots__ = ("code", "name")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, code: Code, name: str) -> None:
        self.code = code
        self.name = name

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        code = self.code
        if primitive in INSTRUCTIONS:
            return code.operate(INSTRUCTIONS[primitive], *operands)
        xp = Functions(code)
        if primitive is PRIMITIVES["absolute"]:
            return xp.intrinsic("fabs", self)
        held = [Number(code, code.number(x)) for x in operands]
        if primitive is PRIMITIVES["where"]:
            held[0] = code.choice(operands[0])
        return primitive.forward(xp, *held)

    def __compare__(self, symbol: str, other: Any) -> Number:
        name = f"fcmp o{KINDS.get(symbol, 'eq')}"
        return self.code.operate(name, self, other, bits=True)

    def __eq__(self, other: object) -> Any:
        return self.__compare__("==", other)

    def __float__(self) -> float:
        raise OptionError(
            "a row that is compiled is arithmetic on any numbers",
            "one that looks at a number, as if does",
            "use xp.where",
        )


INSTRUCTIONS = {
    PRIMITIVES["add"]: "fadd",
    PRIMITIVES["subtract"]: "fsub",
    PRIMITIVES["multiply"]: "fmul",
    PRIMITIVES["divide"]: "fdiv",
    PRIMITIVES["negative"]: "fneg",
}


class Bits(Number):
    """The result of a comparison."""

    __slots__ = ()

    def __and__(self, other: Number) -> Bits:
        code = self.code
        both = f"and {code.bits} {self.name}, {other.name}"
        return Bits(code, code.emit(both))


class Functions:
    """The namespace of a rule on registers."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def intrinsic(self, name: str, x: Number) -> Number:
        """A function that the processor has."""
        code = self.code
        kind = f"v{code.width}f64" if code.width > 1 else "f64"
        call = f"call {code.type} @llvm.{name}.{kind}({code.type} {x.name})"
        return Number(code, code.emit(call))

    def sqrt(self, x: Number) -> Number:
        """The square root, correctly rounded."""
        return self.intrinsic("sqrt", x)

    def where(self, condition: Number, x: Any, y: Any) -> Number:
        """A choice lane by lane."""
        code = self.code
        condition = code.choice(condition)
        x, y, t = code.number(x), code.number(y), code.type
        choice = f"select {code.bits} {condition.name}, {t} {x}, {t} {y}"
        return Number(code, code.emit(choice))

    def maximum(self, x: Number, y: Any) -> Number:
        """The larger; nan wins."""
        return self._winner("fcmp ogt", x, y)

    def minimum(self, x: Number, y: Any) -> Number:
        """The smaller; nan wins."""
        return self._winner("fcmp olt", x, y)

    def _winner(self, comparison: str, x: Any, y: Any) -> Number:
        operate = self.code.operate
        larger = self.where(operate(comparison, x, y, bits=True), x, y)
        unequal = operate("fcmp uno", x, x, bits=True)
        return self.where(unequal, x, larger)

    def __getattr__(self, name: str) -> Any:
        """A function of the C library, one lane at a time."""

        def function(*operands: Any) -> Number:
            code = self.code
            names = [code.number(x) for x in operands]
            if code.width == 1:
                return Number(code, self._call(name, names))
            result, t = "undef", code.type
            for k in range(code.width):
                lane = f"i32 {k}"
                one = self._call(
                    name,
                    [
                        code.emit(f"extractelement {t} {x}, {lane}")
                        for x in names
                    ],
                )
                insert = f"insertelement {t} {result}, double {one}, {lane}"
                result = code.emit(insert)
            return Number(code, result)

        return function

    def _call(self, name: str, names: list[str]) -> str:
        operands = ", ".join(f"double {x}" for x in names)
        return self.code.emit(f"call double @{name}({operands})")
