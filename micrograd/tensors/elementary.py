r"""Elementary functions as LLVM text: exp, log, tanh and erf.

A loop calls no library: LLVM then computes several numbers at a time.
Each function brings its argument into a small range, where a polynomial
does.  The coefficients minimise the largest relative error; they were
found by weighted least squares with fifty digits.

Notation
--------
b
    The text that is being written.
x, y
    Names of registers; whatever a method is handed as a number becomes a
    constant of the precision at hand.

Leaves out: trigonometric functions, and powers.

Sources: none; the functions are within 6 units in the last place, which
the tests check.
"""

from __future__ import annotations

import math
from struct import pack, unpack
from typing import Any, NamedTuple

__all__ = ["ELEMENTARY", "Text", "literal"]


class Precision(NamedTuple):
    """What differs between float32 and float64.

    Attributes
    ----------
    integer : str
        The type of integers of the same width.
    fraction, bias : int
        Bits of the fraction, and what is added to an exponent.
    log2 : tuple of float
        The logarithm of 2: leading bits, and the rest.
    low, high : float
        Beyond these exp is 0 or infinite.
    one : float
        From here on tanh is 1.
    exp, log, near, far : tuple of float
        Polynomials: of exp, of log, and two of erf.
    """

    integer: str
    fraction: int
    bias: int
    log2: tuple[float, float]
    low: float
    high: float
    one: float
    exp: tuple[float, ...]
    log: tuple[float, ...]
    near: tuple[float, ...]
    far: tuple[float, ...]


# exp(r) = 1 + r + r^2 p(r) for |r| <= log(2) / 2;
# log(1 + f) = 2 s + s^3 p(s^2) with s = f / (2 + f), for f + 1 between
# sqrt(1/2) and sqrt(2); erf(x) = x near(x^2) / far(x^2) in single
# precision, in double x + x near(x^2) up to 1 and 1 - exp(far(x - 1)) from
# there on.
PRECISIONS = {
    "float": Precision(
        "i32", 23, 127, (0.693145751953125, 1.4286068203094173e-06),
        -103.97209, 88.8, 9.5,
        (0.0013938983247096825, 0.00836317567272377, 0.041666400831649165,
         0.16666577020104878, 0.5000000023100483),
        (0.23333156106159636, 0.285507104511291, 0.4000012296598948,
         0.6666666655280491),
        (2.0423351543286117e-06, 0.0002845579874701798,
         0.003771543735638261, 0.05276454985141754, 0.19060511887073517,
         1.1283791065216064),
        (3.799494879785925e-05, 0.0011631411034613848, 0.014981118962168694,
         0.11418177678557899, 0.5022521615028381, 1.0),
    ),
    "double": Precision(
        "i64", 52, 1023, (0.693147180559663, 2.8235290563031577e-13),
        -745.13322, 709.9, 20.0,
        (2.0920589116134623e-09, 2.5105216157637495e-08,
         2.755725591618824e-07, 2.7557255402495736e-06,
         2.4801587344182603e-05, 0.00019841269874818564,
         0.0013888888888875753, 0.008333333333326136, 0.041666666666666685,
         0.1666666666666667, 0.5),
        (0.14618909268638564, 0.15331514262705595, 0.18182895664622753,
         0.2222221103997149, 0.2857142862659528, 0.3999999999989803,
         0.666666666666667),
        (5.960179313808896e-11, -1.1374649934084887e-09,
         1.4660247819991471e-08, -1.6350383918617578e-07,
         1.6461007290130805e-06, -1.4925595696391015e-05,
         0.00012055331129726052, -0.0008548326981334827,
         0.005223977624826813, -0.026866170645077705, 0.11283791670954883,
         -0.3761263890318375, 0.1283791670955126),
        (1.0649873153937762e-12, -2.9441866810659995e-11,
         3.7510333645184905e-10, -2.909015090259726e-09,
         1.5108976632997865e-08, -5.265221623007897e-08,
         9.894341596634298e-08, 1.405176381507705e-07,
         -2.056790287139791e-06, 9.606076360430483e-06,
         -2.715712252113772e-05, 2.6276846226315363e-05,
         0.00023732286352939105, -0.0019779026665559967,
         0.010033825391284626, -0.04156109804358634, -0.8431072563585745,
         -2.638967514234791, -1.8496055099332482),
    ),
}  # fmt: skip


def literal(x: float, kind: str) -> str:
    """A number as LLVM writes it.

    Examples
    --------
    >>> from micrograd.tensors.elementary import literal
    >>> literal(1.5, "float"), literal(3, "i64"), literal(1, "i1")
    ('0x3FF8000000000000', '3', 'true')
    """
    if kind == "i1":
        return "true" if x else "false"
    if kind not in PRECISIONS:
        return str(int(x))
    if kind == "float" and math.isfinite(x):
        x = unpack("f", pack("f", x))[0]
    return f"0x{unpack('Q', pack('d', x))[0]:016X}"


class Text:
    """Instructions that are written one after the other.

    Examples
    --------
    >>> from micrograd.tensors.elementary import Text
    >>> b = Text("double")
    >>> b.write("fadd", b.write("fmul", "%x", 2.0), "%y")
    '%r2'
    >>> print(b.lines[0].strip())
    %r1 = fmul double %x, 0x4000000000000000
    """

    def __init__(self, kind: str) -> None:
        self.kind, self.lines, self.count = kind, [""][:0], 0

    def line(self, text: str) -> str:
        """Write an instruction; the name of its result."""
        self.count += 1
        self.lines.append(f"  %r{self.count} = {text}")
        return f"%r{self.count}"

    def _texts(self, operands: Any, kind: str) -> list[str]:
        return [
            x if isinstance(x, str) else literal(x, kind) for x in operands
        ]

    def write(self, word: str, *operands: Any, kind: str = "") -> str:
        """An instruction on operands of one type."""
        kind = kind or self.kind
        every = ", ".join(self._texts(operands, kind))
        return self.line(f"{word} {kind} {every}")

    def call(self, name: str, *operands: Any) -> str:
        """One of LLVM's own functions, whose results are of this type."""
        texts = self._texts(operands, self.kind)
        every = ", ".join([f"{self.kind} {x}" for x in texts])
        width = {"float": "f32", "double": "f64"}.get(self.kind, self.kind)
        return self.line(f"call {self.kind} @llvm.{name}.{width}({every})")

    def choose(self, c: str, x: Any, y: Any) -> str:
        """One of two, by a condition."""
        x, y = self._texts((x, y), self.kind)
        return self.line(f"select i1 {c}, {self.kind} {x}, {self.kind} {y}")

    def cast(self, word: str, x: str, old: str, new: str) -> str:
        """The same number as another type."""
        return self.line(f"{word} {old} {x} to {new}")

    def polynomial(self, x: str, coefficients: tuple[float, ...]) -> str:
        """Horner's scheme, the highest power first."""
        y: Any = coefficients[0]
        for c in coefficients[1:]:
            y = self.call("fmuladd", y, x, c)
        return str(y)

    @property
    def own(self) -> Precision:
        """The constants of this precision."""
        return PRECISIONS[self.kind]


# --- The functions ---


def _parts(b: Text, x: str) -> tuple[str, str]:
    """Of exp(x) = (1 + q) 2^n: q and n, the latter as an integer."""
    p = b.own
    magic = 1.5 * 2.0**p.fraction  # added, it leaves an integer in the bits
    t = b.call("fmuladd", x, 1 / math.log(2), magic)
    n = b.write("fsub", t, magic)
    bits = b.cast("bitcast", t, b.kind, p.integer)
    i = b.write("sub", bits, _bits(magic, b.kind), kind=p.integer)
    r = b.call("fmuladd", n, -p.log2[0], x)
    r = b.call("fmuladd", n, -p.log2[1], r)
    square = b.write("fmul", r, r)
    y = b.polynomial(r, p.exp)
    return b.call("fmuladd", y, square, r), i


def _bits(x: float, kind: str) -> str:
    """The bits of a number, read as an integer of the same width."""
    number, integer = ("f", "i") if kind == "float" else ("d", "q")
    return str(unpack(integer, pack(number, x))[0])


def _power_of_2(b: Text, n: str) -> str:
    p = b.own
    n = b.write("add", n, p.bias, kind=p.integer)
    n = b.write("shl", n, p.fraction, kind=p.integer)
    return b.cast("bitcast", n, p.integer, b.kind)


def _exp(b: Text, x: str) -> str:
    """2^n (1 + q); the power in two steps, for what is nearly 0."""
    p = b.own
    nothing = b.write("fcmp olt", x, p.low)
    x = b.choose(nothing, 0.0, x)  # subnormal numbers would be slow
    x = b.choose(b.write("fcmp ogt", x, p.high), p.high, x)
    q, n = _parts(b, x)
    half = b.write("ashr", n, "1", kind=p.integer)
    rest = b.write("sub", n, half, kind=p.integer)
    y = b.write("fmul", b.write("fadd", q, 1.0), _power_of_2(b, half))
    return b.choose(nothing, 0.0, b.write("fmul", y, _power_of_2(b, rest)))


def _log(b: Text, x: str) -> str:
    """N log(2) + log(1 + f)."""
    p = b.own
    tiny, up = 2.0 ** (1 - p.bias), p.fraction + 2
    small = b.write("fcmp olt", x, tiny)
    y = b.choose(small, b.write("fmul", x, 2.0**up), x)
    bits = b.cast("bitcast", y, b.kind, p.integer)
    start = _bits(math.sqrt(0.5), b.kind)
    n = b.write("sub", bits, start, kind=p.integer)
    n = b.write("ashr", n, str(p.fraction), kind=p.integer)
    shift = b.write("shl", n, str(p.fraction), kind=p.integer)
    bits = b.write("sub", bits, shift, kind=p.integer)
    f = b.write("fsub", b.cast("bitcast", bits, p.integer, b.kind), 1.0)
    e = b.cast("sitofp", n, p.integer, b.kind)
    e = b.write("fsub", e, b.choose(small, float(up), 0.0))
    return _log_specials(b, x, _log_sum(b, f, e))


def _log_sum(b: Text, f: str, e: str) -> str:
    """The leading parts apart from the corrections."""
    p = b.own
    s = b.write("fdiv", f, b.write("fadd", f, 2.0))
    z = b.write("fmul", s, s)
    r = b.write("fmul", z, b.polynomial(z, p.log))
    h = b.write("fmul", b.write("fmul", f, 0.5), f)
    corrected = b.write("fmul", s, b.write("fadd", h, r))
    corrected = b.call("fmuladd", e, p.log2[1], corrected)
    y = b.write("fsub", f, b.write("fsub", h, corrected))
    return b.call("fmuladd", e, p.log2[0], y)


def _log_specials(b: Text, x: str, y: str) -> str:
    y = b.choose(b.write("fcmp oeq", x, 0.0), -math.inf, y)
    y = b.choose(b.write("fcmp ult", x, 0.0), math.nan, y)
    return b.choose(b.write("fcmp oeq", x, math.inf), math.inf, y)


def _tanh(b: Text, x: str) -> str:
    """(exp(2 x) - 1) / (exp(2 x) + 1), with exp(x) - 1 exact near 0."""
    p, size = b.own, b.call("fabs", x)
    size = b.choose(b.write("fcmp ogt", size, p.one), p.one, size)
    q, n = _parts(b, b.write("fadd", size, size))
    power = _power_of_2(b, n)
    e = b.call("fmuladd", power, q, b.write("fsub", power, 1.0))
    y = b.write("fdiv", e, b.write("fadd", e, 2.0))
    return b.call("copysign", y, x)


def _erf(b: Text, x: str) -> str:
    """In single precision a quotient of polynomials, cut off at 1."""
    p, size = b.own, b.call("fabs", x)
    end = 3.93 if b.kind == "float" else 6.0
    size = b.choose(b.write("fcmp ogt", size, end), end, size)
    z = b.write("fmul", size, size)
    if b.kind == "double":
        return b.call("copysign", _erf_in_two(b, size, z), x)
    above = b.write("fmul", size, b.polynomial(z, p.near))
    y = b.write("fdiv", above, b.polynomial(z, p.far))
    y = b.choose(b.write("fcmp ogt", y, 1.0), 1.0, y)
    return b.call("copysign", y, x)


def _erf_in_two(b: Text, size: str, z: str) -> str:
    """A polynomial near 0, the exponential of one elsewhere."""
    p, t = b.own, b.write("fsub", size, 1.0)
    q, n = _parts(b, b.polynomial(t, p.far))
    power = _power_of_2(b, n)
    far = b.write("fsub", 1.0, b.call("fmuladd", power, q, power))
    near = b.call("fmuladd", b.polynomial(z, p.near), size, size)
    return b.choose(b.write("fcmp ogt", size, 1.0), far, near)


ELEMENTARY = {"exp": _exp, "log": _log, "tanh": _tanh, "erf": _erf}
