"""Compiled steps of Bianchi's model; see `bianchi` for the equations.

A solution is a table of Euler consumption C[s, j]: the tradable consumption that satisfies the
slack Euler equation in state s when next period's bonds are nodes[j]. The bonds today that lead
there are B[s, j] = (nodes[j] + C[s, j] - yT) / (1 + r), the endogenous grid. Where the limit
binds nothing is interpolated: consumption is a root of a static equation.

`p` is (beta, sigma, eta, omega, kappa, 1 + r).
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.numerics.compiled import njit, ranged
from regspec.model.numerics.interpolation import find

SLACK, BOUND, FLOOR = 0, 1, 2
TINY = 1e-14


@njit(cache=True, error_model="numpy")
def marginal_utility(c, yn, p):
    """Marginal utility of tradables u_T at cT = c, cN = yn."""
    _, sigma, eta, omega, _, _ = p
    basket = omega * c ** (-eta) + (1.0 - omega) * yn ** (-eta)
    return omega * c ** (-eta - 1.0) * basket ** ((sigma - 1.0) / eta - 1.0)


@njit(cache=True, error_model="numpy")
def utility(c, yn, p):
    """c^(1 - sigma) / (1 - sigma) of the basket of cT = c and cN = yn, without a constant."""
    _, sigma, eta, omega, _, _ = p
    basket = omega * c ** (-eta) + (1.0 - omega) * yn ** (-eta)
    return basket ** ((sigma - 1.0) / eta) / (1.0 - sigma)


@njit(cache=True, error_model="numpy")
def consumption_at(target, yn, p, guess):
    """Tradable consumption with u_T = target, by Newton in logs.

    There u_T has a slope between -sigma and -(1 + eta): of one sign and away from zero.
    """
    _, sigma, eta, omega, _, _ = p
    x = np.log(guess)
    goal = np.log(target)
    for _ in range(60):
        c = np.exp(x)
        share = omega * c ** (-eta)
        share /= share + (1.0 - omega) * yn ** (-eta)
        slope = -(1.0 + eta) - (sigma - 1.0 - eta) * share
        step = (goal - np.log(marginal_utility(c, yn, p))) / slope
        x += step
        if abs(step) < TINY:
            break
    return np.exp(x)


@njit(cache=True, error_model="numpy")
def price_slope(c, yn, p):
    """Psi = kappa yN dp/dcT: how far one more unit of consumption relaxes the limit."""
    _, _, eta, omega, kappa, _ = p
    return kappa * (1.0 + eta) * (1.0 - omega) / omega * (c / yn) ** eta


@njit(cache=True, error_model="numpy")
def net_of_limit(c, yn, p):
    """f(c) = c - kappa p(c) yN: what consumption costs at the limit net of the loan it raises."""
    _, _, eta, omega, kappa, _ = p
    return c - kappa * (1.0 - omega) / omega * c * (c / yn) ** eta


@njit(cache=True, error_model="numpy")
def limit_consumption(m, yn, p):
    """LOW root of f(c) = m, where the limit holds with equality; infinite without one.

    f rises where Psi < 1 and falls beyond, so there are two roots. The low one is taken: there
    more debt means less consumption. f is concave and f(m) <= m, so Newton from m rises to it.
    """
    _, _, eta, _, kappa, _ = p
    if m <= 0.0:
        return np.nan
    if kappa == 0.0:
        return m
    peak = yn * price_slope(yn, yn, p) ** (-1.0 / eta)
    if m >= net_of_limit(peak, yn, p):
        return np.inf
    c = min(m, peak)
    for _ in range(200):
        step = (m - net_of_limit(c, yn, p)) / (1.0 - price_slope(c, yn, p))
        c += step
        if step <= 1e-15 * c:
            break
    return c


@njit(cache=True, error_model="numpy")
def bend(x, v, j):
    """Second divided difference at node j; infinite at the ends: never the smaller one."""
    if j <= 0 or j >= len(x) - 1:
        return np.inf
    right = (v[j + 1] - v[j]) / (x[j + 1] - x[j])
    left = (v[j] - v[j - 1]) / (x[j] - x[j - 1])
    return (right - left) / (x[j + 1] - x[j - 1])


@njit(cache=True, error_model="numpy")
def interpolate(x, v, at):
    """Quadratic interpolation with the smaller of the bends at both ends of the cell.

    Linear where they differ in sign, and beyond the nodes. At a node with a kink its neighbour's
    bend is the smaller one, so that kinks on nodes do no harm.
    """
    j = find(x, at)
    h = x[j + 1] - x[j]
    t = (at - x[j]) / h
    value = v[j] + t * (v[j + 1] - v[j])
    if t <= 0.0 or t >= 1.0:
        return value
    a, b = bend(x, v, j), bend(x, v, j + 1)
    if np.isinf(a):
        a = b
    if np.isinf(b):
        b = a
    if a * b <= 0.0 or np.isinf(a):
        return value
    return value - t * (1.0 - t) * h * h * (a if abs(a) < abs(b) else b)


@njit(cache=True, error_model="numpy")
def decide(b, yt, yn, grid, table, floor, p):
    """Tradable consumption and status at bonds b; grid and table are one state's B and C.

    The slack choice where it respects the limit, else the low root of the limit; `floor` is the
    lower end of the bond grid, which should never bind.
    """
    wealth = p[5] * b + yt
    c = interpolate(grid, table, b)
    status = SLACK
    if wealth - c < floor:
        c, status = wealth - floor, FLOOR
    m = wealth + p[4] * yt
    if not net_of_limit(c, yn, p) <= m:
        c, status = limit_consumption(m, yn, p), BOUND
    return c, status


@njit(cache=True, error_model="numpy")
def marginal_value(b, yt, yn, nodes, grid, table, planner, p):
    """lambda, the marginal value of a tradable good at bonds b."""
    c, status = decide(b, yt, yn, grid, table, nodes[0], p)
    value = marginal_utility(c, yn, p)
    if not planner or status != BOUND:
        return value
    ahead = marginal_utility(interpolate(nodes, table, p[5] * b + yt - c), yn, p)
    psi = price_slope(c, yn, p)
    return value + psi / (1.0 - psi) * max(value - ahead, 0.0)


@njit(cache=True, error_model="numpy")
def values_ahead(at, yt, yn, nodes, grid, table, planner, p):
    """Lambda at bonds `at` (n,) in every state: shape (ns, n)."""
    out = np.empty((len(yt), len(at)))
    for s in range(len(yt)):
        for j in range(len(at)):
            out[s, j] = marginal_value(
                at[j], yt[s], yn[s], nodes, grid[s], table[s], planner, p
            )  # fmt: skip
    return out


@njit(cache=True, error_model="numpy")
def euler_table(expected, yn, p):
    """Euler consumption C at expected = beta (1 + r) E lambda', shape (ns, n)."""
    out = np.empty_like(expected)
    for s in range(len(yn)):
        guess = yn[s]
        for j in range(expected.shape[1]):
            guess = consumption_at(expected[s, j], yn[s], p, guess)
            out[s, j] = guess
    return out


@njit(cache=True, error_model="numpy")
def switch_bonds(yt, yn, nodes, grid, table, p):
    """Bonds b* below which each state is bound, by bisection on `decide`; NaN where none are."""
    out = np.full(len(yt), np.nan)
    for s in range(len(yt)):
        low, high = nodes[0], nodes[-1]
        if decide(low, yt[s], yn[s], grid[s], table[s], nodes[0], p)[1] != BOUND:
            continue
        if decide(high, yt[s], yn[s], grid[s], table[s], nodes[0], p)[1] == BOUND:
            continue
        for _ in range(60):
            middle = 0.5 * (low + high)
            if decide(middle, yt[s], yn[s], grid[s], table[s], nodes[0], p)[1] == BOUND:
                low = middle
            else:
                high = middle
        out[s] = high
    return out


@njit(cache=True, error_model="numpy")
def decide_all(b, state, yt, yn, nodes, grid, table, p):
    """Tradable consumption (n,) and status (n,) at points b (n,), state (n,)."""
    c, status = np.empty(len(b)), np.empty(len(b), np.int8)
    for i in range(len(b)):
        s = state[i]
        c[i], status[i] = decide(b[i], yt[s], yn[s], grid[s], table[s], nodes[0], p)
    return c, status


@ranged
def implied_consumption(
    first, last, b_next, state, transition, yt, yn, nodes, grid, table, planner, p, out
):
    """Consumption that the slack Euler equation implies at next bonds b_next (n,)."""
    for i in range(first, last):
        total = 0.0
        for s in range(len(yt)):
            weight = transition[state[i], s]
            total += weight * marginal_value(
                b_next[i], yt[s], yn[s], nodes, grid[s], table[s], planner, p
            )  # fmt: skip
        yn_now = yn[state[i]]
        out[i] = consumption_at(p[0] * p[5] * total, yn_now, p, yn_now)


@njit(cache=True, error_model="numpy")
def follow(b, state, yt, yn, nodes, grid, table, p):
    """Bonds along a path of states from b: shape (len(state) + 1,)."""
    path = np.empty(len(state) + 1)
    path[0] = b
    for t in range(len(state)):
        s = state[t]
        c, _ = decide(path[t], yt[s], yn[s], grid[s], table[s], nodes[0], p)
        path[t + 1] = p[5] * path[t] + yt[s] - c
    return path


@njit(cache=True, error_model="numpy")
def draw_states(start, uniform, cumulative):
    """Path of a Markov chain from uniform draws (T,) and cumulative transitions (ns, ns)."""
    path = np.empty(len(uniform), np.int64)
    s = start
    for t in range(len(uniform)):
        row = cumulative[s]
        s = 0
        while s < len(row) - 1 and uniform[t] > row[s]:
            s += 1
        path[t] = s
    return path


@njit(cache=True, error_model="numpy")
def evaluate(flow, b_next, transition, nodes, beta, value):
    """One step of policy evaluation: flow utility + beta E V(b'), shapes (ns, n)."""
    out = np.empty_like(value)
    for s in range(len(flow)):
        ahead = np.zeros(len(nodes))
        for q in range(len(flow)):
            ahead += transition[s, q] * value[q]
        for j in range(len(nodes)):
            out[s, j] = flow[s, j] + beta * interpolate(nodes, ahead, b_next[s, j])
    return out


@njit(cache=True, error_model="numpy")
def value_at(b, state, nodes, value):
    """Values (ns, n) at points b (n,) in states (n,)."""
    out = np.empty(len(b))
    for i in range(len(b)):
        out[i] = interpolate(nodes, value[state[i]], b[i])
    return out


@ranged
def best_deviation(first, last, b, state, transition, yt, yn, nodes, value, trials, p, out):
    """Highest value of one free choice of b' among `trials` that respect the limit, then `value`.

    The limit is checked at the price of the trial itself, as the planner sees it.
    """
    for i in range(first, last):
        s, out[i] = state[i], -np.inf
        ahead = np.zeros(len(nodes))
        for q in range(len(yt)):
            ahead += transition[s, q] * value[q]
        wealth = p[5] * b[i] + yt[s]
        for k in range(len(trials)):
            c = wealth - trials[k]
            if c <= 0.0 or net_of_limit(c, yn[s], p) > wealth + p[4] * yt[s]:
                continue
            total = utility(c, yn[s], p) + p[0] * interpolate(nodes, ahead, trials[k])
            out[i] = max(out[i], total)
