"""Which gradient is wrong?

level: 1
idea: check gradients worked out by hand
follows: /how-to/check-a-gradient
"""

# %% statement
# Somebody has worked out the gradients of `loss` on paper, and one of the
# four is wrong.
# Compute them with micrograd, and set `wrong` to its name.

# %% start
from micrograd import Value

a = Value(2.0, label="a")
b = Value(-3.0, label="b")
c = Value(0.5, label="c")
d = a * b + c
loss = d * d + a

on_paper = {"a": 33.0, "b": -22.0, "c": -11.0, "d": -11.0}
wrong = "?"  # your answer, one of the names

# %% check
from micrograd import grad

names = ["a", "b", "c", "d"]
exact = dict(zip(names, [v.data for v in grad(loss, [a, b, c, d])]))
differ = [name for name in names if exact[name] != on_paper[name]]
nudge = "After loss.backward() print v.grad beside each of the four."
kind = "right" if wrong in names else "none of the four names"
kind = "wrong" if wrong in differ else kind
expect(f"{wrong!r}, the answer", kind, "wrong", nudge)
print(f"Found: {wrong} is {exact[wrong]}, on paper {on_paper[wrong]}.")

# %% hint
# After `loss.backward()`, every number in the expression has its `grad`.

# %% hint
# `print(compare("a", on_paper["a"], a))` says whether they agree; import
# `compare` from micrograd.

# %% solution
from micrograd import Value

a = Value(2.0, label="a")
b = Value(-3.0, label="b")
c = Value(0.5, label="c")
d = a * b + c
loss = d * d + a

on_paper = {"a": 33.0, "b": -22.0, "c": -11.0, "d": -11.0}
loss.backward()
exact = {"a": a.grad, "b": b.grad, "c": c.grad, "d": d.grad}
wrong = next(name for name in exact if exact[name] != on_paper[name])

# %% remark
# `a` reaches the loss along two paths, which contribute 33 and 1.
