# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# (model)=
# # The model and its derivation
#
# *Tier: model. This chapter reads no data.*
#
# :::{admonition} In short
# :class: brief
# **Question.** What does the model assume, and do the conditions that the solver uses follow from it?
#
# **Answer.** A household may borrow a share $\theta$ of what its capital is worth, and capital is
# priced by such households. Computer algebra confirms each condition below, and the compiled code is compared with them. Where
# the limit binds, borrowing a unit less lowers it by {glue:text}`slope_decade:.2f` units, read by the decade, and by
# {glue:text}`slope_year:.1f`, read by the year (*model*): above one, several equilibria can exist.
# :::
#
# One region is a small open economy with several industries. This chapter writes its problem down
# in the paper's symbols ({ref}`notation`), derives every condition that the solver uses, and points
# out where the printed version needs a correction ({ref}`readings`). A number in square brackets is
# an equation of {cite:t}`boehnert2025`; numbers in round brackets are ours. The derivations are
# checked twice by programs: a computer algebra system differentiates, and the package's own
# functions are compared with the result.

# %% tags=["parameters"]
theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
gamma: float = 5.0  # relative risk aversion; 0 < gamma <= 20

# %% tags=["hide-input"]
from functools import partial

import numpy as np
import pandas as pd
import sympy as sp

from regspec import seeds
from regspec.model.economy import technology
from regspec.model.equilibrium import capital_choice, iteration
from regspec.paper.algebra import PlannerProblem, omega_checks, report, total_derivative
from regspec.parameters import Calibration
from regspec.show.display import glue, table

# %% [markdown]
# ## Technology
#
# At the start of a period a region has bonds $b_t$ (debt if negative), capital
# $k_{1,t}, \dots, k_{I,t}$ installed in its industries, and productivities. Capital in the region
# is in fixed supply, normalised to one: $\sum_i k_{i,t} = 1$, so $k_{i,t}$ is also a share. The
# specialization of the region is the Gini coefficient of these shares, $\omega_t$ [14].
# Industry $i$ produces
#
# ```{math}
# :label: eq-output
# y_{i,t} = z_{i,t}\, f(k_{i,t}), \qquad f(k) = k^{\alpha}, \qquad
# z_{i,t} = \bar z_{i,t}\, k_{i,t}^{\xi_i} ,
# ```
#
# with capital installed *before* the period ([6], [8], [10]; {ref}`reading-timing`). The factor
# $k_i^{\xi_i}$ is the agglomeration economy: the more of the industry is in the region, the more
# productive is each firm in it. A firm takes $z_{i,t}$ as given. Output therefore is
# $\bar z_i k_i^{\alpha + \xi_i}$, while the return that an investor sees is
#
# ```{math}
# :label: eq-private-return
# z_{i,t} f'(k_{i,t}) = \alpha\, \bar z_{i,t}\, k_{i,t}^{\alpha + \xi_i - 1} .
# ```
#
# The log of $\bar z_i$ follows a trend and an AR(1) process [7],
#
# ```{math}
# :label: eq-productivity
# \begin{aligned}
# \ln \bar z_{i,t} &= \tilde z_i + g_i t + u_{i,t}, \\
# u_{i,t} &= \rho_i u_{i,t-1} + \epsilon_{i,t}, \qquad \epsilon_{i,t} \sim N(0, \sigma_i^2) ,
# \end{aligned}
# ```
#
# discretised by the method of {cite:t}`tauchen1986`. Industries sell at unit prices, so the region's
# income is the sum $Y_t = \sum_i y_{i,t}$ ({ref}`reading-aggregator`). Because the shares add to one,
# private returns to capital are the fraction $\alpha$ of it whatever the allocation:
# $\sum_i k_i z_i f'(k_i) = \alpha Y$.
#
# Moving capital costs output,
#
# ```{math}
# :label: eq-adjustment
# \Phi_i(k, k') = \frac{\Phi_i}{2} \left(\frac{k'}{k} - 1\right)^2 k ,
# ```
#
# without depreciation ({ref}`reading-depreciation`). Its derivatives in the first and in the second
# argument are
#
# ```{math}
# :label: eq-phi
# \phi^1_i = \frac{\Phi_i}{2}\left(1 - \left(\frac{k'}{k}\right)^2\right), \qquad
# \phi^2_i = \Phi_i \left(\frac{k'}{k} - 1\right).
# ```
#
# The cell below differentiates {eq}`eq-adjustment` and compares the result with {eq}`eq-phi` and with
# the functions that the solver calls.

# %% tags=["hide-input"]
k, kn, Phi = sp.symbols("k k_next Phi", positive=True)
cost = Phi / 2 * (kn / k - 1) ** 2 * k
phi1, phi2 = sp.diff(cost, k), sp.diff(cost, kn)
draw = np.random.default_rng(seeds.CHECKS[0]).uniform(0.05, 0.95, (3, 1000))
coded = technology.adjustment_cost_today, technology.adjustment_cost_next
exact = [sp.lambdify((k, kn, Phi), d)(*draw) for d in (phi1, phi2)]
agree = all(np.allclose(c(*draw), e) for c, e in zip(coded, exact, strict=True))
report(
    {
        "phi1 as stated": sp.simplify(phi1 - Phi / 2 * (1 - (kn / k) ** 2)) == 0,
        "phi2 as stated": sp.simplify(phi2 - Phi * (kn / k - 1)) == 0,
        "package agrees": agree,
        "convex in k_next": sp.diff(phi2, kn).is_positive,
    }
)

# %% [markdown]
# ## The household's problem
#
# Households consume, trade capital among themselves at the price $q_t$, and borrow at the world
# interest rate $R_t$. They maximise $\mathbb E_0 \sum_t \beta^t u(c_t)$ [9] with constant relative
# risk aversion, $u(c) = (c^{1-\gamma} - 1)/(1-\gamma)$, subject to the budget [10]
#
# ```{math}
# :label: eq-budget
# \begin{aligned}
# & c_t + \frac{b_{t+1}}{R_t} + q_t \sum_i k_{i,t+1} \\
# & \quad = \sum_i \left[ z_{i,t} f(k_{i,t}) + q_t k_{i,t} - \Phi_i(k_{i,t}, k_{i,t+1}) \right] + b_t
# \end{aligned}
# ```
#
# and to the collateral limit [11], in the tradition of {cite:t}`kiyotaki1997` and
# {cite:t}`bianchi2018`,
#
# ```{math}
# :label: eq-collateral
# -\frac{b_{t+1}}{R_t} \le \theta_t\, q_t \sum_i k_{i,t} .
# ```
#
# Debt is limited by a fraction of the market value of the capital with which the household enters
# the period. The household takes $q_t$ and $z_{i,t}$ as given; that it does so is the source of both
# externalities. With multiplier $\eta_t \ge 0$ on {eq}`eq-collateral`, the Lagrangian is
#
# $$
# \mathcal L = \mathbb E_0 \sum_t \beta^t \left\{ u(c_t)
#   + \eta_t \left[ \frac{b_{t+1}}{R_t} + \theta_t q_t \sum_i k_{i,t} \right] \right\},
# $$
#
# where $c_t$ is understood from {eq}`eq-budget`. The choice of $b_{t+1}$ costs $u'(c_t)/R_t$ now, pays
# $u'(c_{t+1})$ tomorrow and loosens the limit now:
#
# ```{math}
# :label: eq-bond-euler
# \begin{aligned}
# & u'(c_t) = \beta R_t\, \mathbb E_t\, u'(c_{t+1}) + \eta_t, \\
# & \eta_t \left[ \frac{b_{t+1}}{R_t} + \theta_t q_t \right] = 0, \qquad \eta_t \ge 0 .
# \end{aligned}
# ```
#
# This is [13] with complementary slackness. A unit of capital in industry $i$ costs its price and the
# marginal cost of adjusting now. Tomorrow it can be sold, it yields its return, it changes the cost
# of the next adjustment, and it serves as collateral. This is [12]:
#
# ```{math}
# :label: eq-capital-euler
# \begin{aligned}
# u'(c_t) \left(q_t + \phi^2_{i,t}\right) = \beta\, \mathbb E_t \big[ & u'(c_{t+1})
#   \left(q_{t+1} + z_{i,t+1} f'(k_{i,t+1}) - \phi^1_{i,t+1}\right) \\
# & + \theta_{t+1} q_{t+1} \eta_{t+1} \big].
# \end{aligned}
# ```
#
# The price under the expectation is tomorrow's, in tomorrow's state ({ref}`reading-future-price`).
# To check both conditions, write the Lagrangian over two adjacent dates and differentiate; one state
# of the world suffices, as expectations are linear.

# %% tags=["hide-input"]
g, a, beta, th, R, z, b, bn, bnn = sp.symbols("g a beta theta R z b b_n b_nn", positive=True)
q, qn, eta, eta_n, k2, kn2, knn = sp.symbols("q q_n eta eta_n k_2 k_2n k_nn", positive=True)
C, Cn = sp.symbols("c c_n", positive=True)  # consumption now and at the next date
rest, rest_n = sp.symbols("rest rest_n")  # income of the other industries, at both dates

move_next = cost.subs({k: kn, kn: knn}, simultaneous=True)
budget = {
    C: b + rest + q * (k + k2 - kn - kn2) - cost - bn / R,
    Cn: bn + rest_n + z * kn**a + qn * (kn + kn2 - knn) - move_next - bnn / R,
}
today = C ** (1 - g) / (1 - g) + eta * (bn / R + th * q * (k + k2))
tomorrow = Cn ** (1 - g) / (1 - g) + eta_n * (bnn / R + th * qn * (kn + kn2))
lagrangian = today + beta * tomorrow

# %% tags=["hide-input"]
total = partial(total_derivative, lagrangian, budget)
payoff = qn + z * a * kn ** (a - 1) - sp.diff(move_next, kn)
capital = beta * (Cn**-g * payoff + th * qn * eta_n) - C**-g * (q + phi2)
bonds = beta * Cn**-g + (eta - C**-g) / R
bond_holds = sp.simplify(total(bn) - bonds) == 0
capital_holds = sp.simplify(total(kn) - capital) == 0
report({"bond condition": bond_holds, "capital condition": capital_holds})

# %% [markdown]
# The same holds for the fraction of income that capital earns, and for {eq}`eq-private-return` in the
# package:

# %% tags=["hide-input"]
base = Calibration.converted(theta=theta, gamma=gamma)
share = np.random.default_rng(seeds.CHECKS[1]).uniform(0.05, 0.95, 1000)
shares = np.column_stack([share, 1 - share])
levels = np.random.default_rng(seeds.CHECKS[2]).uniform(0.5, 2.0, (1000, 2))
earned = (shares * technology.private_return(shares, levels, base)).sum(axis=-1)
paid = base.alpha * technology.income(shares, levels, base)
report({"private returns are alpha of income": np.allclose(earned, paid)})

# %% [markdown]
# What the solver evaluates are compiled kernels. At the same thousand random states, their terms are
# those of the symbolic conditions: the expectation's integrand of {eq}`eq-capital-euler`, and the two
# quantities that a state's solver drives to zero or returns, with $w = \beta\,\mathbb E u'(c') / u'(c)$ and
# $V_i = M_i / \mathbb E u'(c')$.

# %% tags=["hide-input"]
draw = np.random.default_rng(seeds.CHECKS[3])
chosen, consumed, priced, mult = (draw.uniform(0.05, 0.95, 1000) for _ in range(4))
kn_draw = np.column_stack([chosen, 1 - chosen])
integrand = np.empty((3, 1, 1, 1000))
policies = iteration.Outcomes(*(x[None, None] for x in (consumed, priced, mult, kn_draw)))
returns = technology.private_return(shares, levels, base)[None]
earnings = iteration.Earnings(returns, np.zeros((0, 0, 0, 2)), np.array([theta]))
primitives = capital_choice.Primitives(base.beta_period, gamma, base.phi_adj, 1e-9)
iteration.payoffs(1, policies, earnings, shares, primitives, integrand)

# %% tags=["hide-input"]
formula = sp.lambdify(
    (C, q, eta, k, kn, z, Phi, a, g, th),
    C**-g * (q + z * a * k ** (a - 1) - phi1) + th * q * eta,
)
compiled = {}
for i in range(2):
    level = levels[:, i] * shares[:, i] ** base.xi[i]  # z_i as private agents see it
    stated = formula(
        consumed, priced, mult * consumed**-gamma, shares[:, i], kn_draw[:, i], level,
        base.phi_adj[i], base.alpha, gamma, theta,
    )  # fmt: skip
    compiled[f"payoff of industry {i + 1}"] = np.allclose(integrand[i + 1, 0, 0], stated)
report(compiled)

# %% tags=["hide-input"]
w_, V1, V2, k1, kn1, P1, P2 = sp.symbols("w V_1 V_2 k_1 k_1n Phi_1 Phi_2", positive=True)
marginal_cost = [phi2.subs({k: x, kn: y, Phi: p}) for x, y, p in ((k1, kn1, P1), (1 - k1, 1 - kn1, P2))]
net = [m - w_ * v for m, v in zip(marginal_cost, (V1, V2))]
arguments = (w_, V1, V2, k1, kn1, P1, P2)
gap_stated = sp.lambdify(arguments, net[0] - net[1])
price_stated = sp.lambdify(arguments, -kn1 * net[0] - (1 - kn1) * net[1])

# %% tags=["hide-input"]
same = []
for k_, kn_, v1, v2, ce in draw.uniform(0.1, 0.9, (200, 5)):
    work = capital_choice.workspace(2)
    work.values[:], work.slopes[:] = (ce, v1, v2), 0.0
    state = capital_choice.State(5.0, np.array([k_, 1 - k_]), 1.0, 0.0, False, 0.0, np.zeros(2), 1.0)
    c_, w_here, price_ = capital_choice.conditions(
        True, 0.0, 5.0, state, np.array([kn_]), primitives, work
    )
    values = (w_here, v1, v2, k_, kn_, *base.phi_adj)
    same.append(np.isclose(w_here, base.beta_period * (c_ / ce) ** gamma))
    same.append(np.isclose(work.residuals[0], gap_stated(*values)) and np.isclose(price_, price_stated(*values)))
report({"no-arbitrage and price in the compiled solver": all(same)})

# %% [markdown]
# ## Competitive equilibrium
#
# Capital is traded within the region only, so in equilibrium its price terms cancel from the budget:
#
# ```{math}
# :label: eq-resources
# \begin{aligned}
# & c_t + \frac{b_{t+1}}{R_t}
#   = \sum_i \left[z_{i,t} f(k_{i,t}) - \Phi_i(k_{i,t}, k_{i,t+1})\right] + b_t, \\
# & \sum_i k_{i,t+1} = 1 .
# \end{aligned}
# ```
#
# A recursive competitive equilibrium [19] is a set of functions $c, b', k', q, \eta$ of the state
# $(b, k, z)$ that satisfy {eq}`eq-bond-euler`, {eq}`eq-capital-euler` for every industry and
# {eq}`eq-resources` in every state, when tomorrow's values are given by the same functions at
# $(b', k', z')$. These are [41] to [44] with output from today's capital.
#
# **Allocation across industries.** Call the right-hand side of {eq}`eq-capital-euler`
#
# ```{math}
# :label: eq-payoff
# \beta M_i, \qquad M_i = \mathbb E \left[u'(c')\left(q' + z_i' f'(k_i') - \phi_i^{1\prime}\right)
#   + \theta' q' \eta'\right] .
# ```
#
# One price serves all industries, so subtracting two conditions removes it:
#
# ```{math}
# :label: eq-no-arbitrage
# \begin{aligned}
# u'(c)\left(\phi^2_1 - \phi^2_2\right) &= \beta \left(M_1 - M_2\right)
#  = \beta\, \mathbb E\left[u'(c')\left(d_1' - d_2'\right)\right], \\
#  d_i &= z_i f'(k_i) - \phi^1_i .
# \end{aligned}
# ```
#
# Resale value and collateral service drop out as well: only dividends decide where capital goes.
# With two industries and a given $b'$, {eq}`eq-no-arbitrage` is one equation in $k_1'$. Its left side
# rises in $k_1'$: $\phi^2_1$ rises, $\phi^2_2$ falls, and $u'(c)$ is larger the more capital is moved
# either way. Dividends of an industry fall as it gets more capital, since $\alpha + \xi_i < 1$, so
# the right side falls unless the response of tomorrow's marginal utility is stronger. The solver
# brackets the root, and {eq}`eq-bond-euler` then gives $b'$ by a second bracket ({doc}`10_solver`).
#
# A constrained region discounts by more. Divide {eq}`eq-bond-euler` by $u'(c_t)$: with the stochastic
# discount factor $\mathcal M_{t,t+1} = \beta u'(c_{t+1})/u'(c_t)$,
#
# ```{math}
# :label: eq-discount
# R_t\, \mathbb E_t \mathcal M_{t,t+1} = 1 - \frac{\eta_t}{u'(c_t)} ,
# ```
#
# which is [17] with the multiplier in units of goods ({ref}`reading-discounting`). The benefit of moving
# capital lies in the future and its cost in the present, so by {eq}`eq-no-arbitrage` a binding limit
# slows reallocation, whichever way capital should go ({ref}`reading-limit-sign`). This is the paper's reason why specialized regions stay specialized.
#
# ## The price of capital
#
# Weight {eq}`eq-capital-euler` by next period's shares $k_i'$ and add:
#
# ```{math}
# :label: eq-price
# \begin{aligned}
# q_t + \bar\phi^2_t &= \mathbb E_t\left[\mathcal M_{t,t+1}\left(q_{t+1} + \bar d_{t+1}\right)
#   + \beta\, \frac{\theta_{t+1}\, q_{t+1}\, \eta_{t+1}}{u'(c_t)} \right], \\
# \bar d_{t+1} &= \sum_i k_{i,t+1} d_{i,t+1}, \qquad
# \bar\phi^2_t = \sum_i k_{i,t+1} \phi^2_{i,t} .
# \end{aligned}
# ```
#
# The price is what the region's future dividends and collateral services are worth to its own
# residents. Equation [16] is the forward solution of {eq}`eq-price` without the services, with a
# product of expected returns in place of the expected product ({ref}`reading-asset-pricing`). The more
# of the capital is in one industry, the more $\bar d$, and with it $q$, follows that industry's
# productivity.
#
# **A closed form.** Let nothing move and the limit always bind. Then $\phi^1 = \phi^2 = 0$,
# $\eta = (1 - \beta R) u'(c)$, all industries pay the same return, and since the shares add to one
# that return is $\alpha Y$. Equation {eq}`eq-price` becomes
# $q = \beta\left[q + \alpha Y + \theta q (1 - \beta R)\right]$, so
#
# ```{math}
# :label: eq-binding-price
# q = \frac{\beta\, \alpha Y}{1 - \beta - \beta \theta (1 - \beta R)}, \qquad b = -R\, \theta\, q .
# ```
#
# Nothing makes this price equal to one ({ref}`reading-unit-price`). If instead $\beta R = 1$ and the
# limit is slack, $q = \alpha Y / (R - 1)$.

# %% tags=["hide-input"]
Y, price = sp.symbols("Y price", positive=True)
stationary = sp.Eq(price, beta * (price + a * Y + th * price * (1 - beta * R)))
stated = beta * a * Y / (1 - beta - beta * th * (1 - beta * R))
solved = sp.solve(stationary, price)[0]
slack = stated.subs(R, 1 / beta) - a * Y / (1 / beta - 1)
report(
    {
        "closed form of the price": sp.simplify(solved - stated) == 0,
        "limit at beta R = 1": sp.simplify(slack) == 0,
    }
)

# %% [markdown]
# ## How long is a period?
#
# The paper works "at a decadal frequency" and prints annual values of $\beta$ and $\bar R$
# ({ref}`reading-period`). Equation {eq}`eq-binding-price` shows what is at stake: it gives debt over the
# income of a period for both readings. The table adds the same in annual income, the price, and
# the slope $\theta\gamma q/c$, explained below.

# %% tags=["hide-input"]
rows = {}
for years, name in ((10, "decade"), (1, "year")):
    path = technology.binding_path(base.replace(period_years=years))
    debt, slope = path["bonds"] / path["income"], theta * gamma * path["price"] / path["consumption"]
    rows[name] = {
        "b/Y, period": debt,
        "b/Y, annual": debt * years,
        "q/Y": path["price"] / path["income"],
        "θγq/c": slope,
    }
    glue(f"bonds_{name}", debt)
    glue(f"slope_{name}", slope)
closed = pd.DataFrame(rows).T.rename_axis("period")
table(closed, caption="Stationary path on which the limit always binds, baseline parameters")

# %% tags=["hide-input"]
lines = [f"{n}: b/Y {r['b/Y, period']:.2f}, slope {r['θγq/c']:.2f}" for n, r in closed.iterrows()]
print("\n".join(lines))

# %% [markdown]
# Read with a decade as the period, bonds are {glue:text}`bonds_decade:.2f` of a period's income, close to
# the target of Table 2; read with a year, {glue:text}`bonds_year:.2f`. This is the evidence for the
# decade. The second column is the caveat: measured in *annual* income, debt is of the same order
# in both readings, and the target is a ratio to annual output. The paper's number is met in model units.
#
# ## What makes the limit dangerous
#
# Suppose the limit binds and the region borrows one unit less. It consumes one unit less. By
# {eq}`eq-capital-euler` the price is proportional to $1/u'(c) = c^{\gamma}$ for given expectations, if
# capital stays put, so $\partial q / \partial c = \gamma q / c$ and the limit falls by
#
# ```{math}
# :label: eq-slope
# \theta\, \frac{\partial q}{\partial c} = \theta \gamma\, \frac{q}{c} .
# ```
#
# Below one, the loop is an amplifier that dies out. Above one, borrowing less tightens the limit by
# more than the reduction, and a state can have several equilibria: one in which the region borrows,
# and one in which it cannot because it does not. In terms of the bond choice, the local condition for
# uniqueness is $1 + R\theta\, \mathrm dq/\mathrm db' > 0$, as $\mathrm dc/\mathrm db' = -1/R$. At the
# stationary path the slope is {glue:text}`slope_decade:.2f` for a decade and {glue:text}`slope_year:.1f`
# for a year; it differs from state to state. Which equilibrium is computed where several exist is the
# subject of {ref}`reading-selection`; {doc}`10b_accuracy` maps the margin over the state space.
#
# **Scale.** With constant relative risk aversion, multiply $\bar z$, $\Phi$ and $b$ by the same
# factor $A$: {eq}`eq-bond-euler`, {eq}`eq-capital-euler` and {eq}`eq-resources` hold with $c$, $q$, $b'$
# multiplied by $A$, $\eta$ by $A^{-\gamma}$ and $k'$ unchanged. One solution serves rich and poor regions alike.
#
# ## What agglomeration does to efficiency
#
# Leave risk, limits and adjustment costs aside. Investors equalise private returns
# {eq}`eq-private-return`. A planner equalises the full marginal products,
#
# ```{math}
# :label: eq-social-return
# (\alpha + \xi_i)\, \bar z_i\, k_i^{\alpha + \xi_i - 1} .
# ```
#
# Where $\xi_i$ is the same in all industries the two agree: scale economies that are equal everywhere
# give no reason to move capital. What counts is *relative* agglomeration. In the experiment of Figure 10,
# agglomeration in one industry against the other, investors and planner agree at equal elasticities
# when the limit never binds; the question is how far the limit moves that point.

# %% tags=["hide-input"]
own = np.linspace(0.0, 0.3, 4)
private = [technology.static_allocation(base.replace(xi=(x, 0.13)))[0] for x in own]
weighted = [(base.alpha + x, base.alpha + 0.13) for x in own]
social = [
    technology.static_allocation(base.replace(xi=(x, 0.13)), z=w)[0]
    for x, w in zip(own, weighted, strict=True)
]
static = pd.DataFrame({"ξ of industry 1": own, "investors": private, "planner": social})
table(static, caption="Share of capital in industry 1, no frictions; ξ = 0.13 in industry 2", index=False)

# %% [markdown]
# One thing in the table may surprise: investors put *less* capital into industry 1 as its agglomeration
# gets stronger. Capital is a share, so $k^{\xi}$ is below one and a larger $\xi$ lowers
# productivity at any share. The paper describes the opposite slope; which it is depends on the unit in
# which [8] measures capital ({ref}`reading-agglomeration-unit`). The planner's line crosses theirs
# from below.

# %% [markdown]
# ## The constrained planner
#
# The planner of [20] is bound by the same limit and by the fact that capital is priced by the market,
# but knows how its choices move that price, and knows {eq}`eq-output`. Taking the policies of future
# planners $\mathcal C, \mathcal K, \mathcal Q$ and the multiplier $\eta$ as given functions, it solves
#
# ```{math}
# :label: eq-planner
# \begin{aligned}
# & V(b, k, z) = \max_{c, b', k', q}\ u(c) + \beta\, \mathbb E\, V(b', k', z')
#   \quad \text{subject to} \\
# & \quad c + \frac{b'}{R} = \sum_i \left[z_i f(k_i) - \Phi_i(k_i, k_i')\right] + b, \\
# & \quad -\frac{b'}{R} \le \theta q, \qquad \sum_i k_i' = 1, \\
# & \quad u'(c) \left(q + \bar\phi^2\right) = \beta\, \mathbb E \left[ u'(\mathcal C')
#   \left(\mathcal Q' + \bar d'\right) + \theta' \mathcal Q' \eta' \right] .
# \end{aligned}
# ```
#
# The last line is {eq}`eq-price`, one condition for all industries. The paper prints one condition per industry in [20].
# Given $b'$ those conditions pin down $k'$, and nothing is left to choose but debt; yet [23],
# Proposition 1 and the whole of section 5 are about a planner that moves capital. Taxes on industries,
# rebated lump sum, open a wedge in each condition {eq}`eq-capital-euler`, so that only a weighted sum
# of them constrains the planner ({ref}`reading-instruments`).
#
# Let $\lambda$ be the multiplier of resources, $\eta^*$ of the limit, $\delta$ of the pricing of capital and $\Xi$ of the
# stock, and $P_i' = u'(\mathcal C')(\mathcal Q' + d_i') + \theta' \mathcal Q' \eta'$ what a unit of industry $i$ pays tomorrow, the
# integrand of $M_i$ in {eq}`eq-payoff`. Differentiating in $q$ gives [22], in $c$ then the value of wealth [21], and in $b'$ the planner's choice of debt [24]:
#
# ```{math}
# :label: eq-planner-wealth
# \delta = \frac{\theta\, \eta^*}{u'(c)}, \qquad
# \lambda = u'(c) - u''(c)\, \delta \left(q + \bar\phi^2\right),
# ```
#
# ```{math}
# :label: eq-planner-bonds
# \lambda = \beta R\, \mathbb E \Big[\lambda' + \delta \sum_i k_i'\, \Omega_i^B \Big] + \eta^* .
# ```
#
# A unit of wealth is worth more to the planner than to a household where the limit binds: spent, it raises the price, and
# with it what everybody can borrow. Capital differs from the private condition in what it produces and in what it does to
# the price [23]:
#
# ```{math}
# :label: eq-planner-capital
# \begin{aligned}
# \lambda \phi^2_i + \Xi = \beta\, \mathbb E\, V_{k_i}'
#   + \delta \Big\{ & \beta\, \mathbb E \Big[P_i' + \sum_j k_j'\, \Omega_{ji}^K\Big]
#   - u'(c) \left(\phi^2_i + k_i' \phi^{22}_i\right) \Big\}, \\
# V_{k_i} = \lambda \Big[(\alpha + \xi_i) \frac{y_i}{k_i} - \phi^1_i\Big] & - \delta\, u'(c)\, k_i'\, \phi^{12}_i .
# \end{aligned}
# ```
#
# Its last line is the envelope condition. The last term in it is missing in [23]: capital installed today
# changes the cost of tomorrow's move, hence the price. The terms $\Omega$ say how what capital pays tomorrow moves with today's
# choices, because tomorrow's planner answers them [35], [36]:
#
# ```{math}
# :label: eq-omega
# \begin{aligned}
# \Omega_j^B &= u''(c')\, c'_b \left(q' + d_j'\right) + u'(c') \left(q'_b - \phi_j^{12\prime} k''_{j,b}\right)
#   + \theta' \left(q'_b\, \eta' + q'\, \eta'_b\right), \\
# \Omega_{ji}^K &= u''(c')\, c'_i \left(q' + d_j'\right)
#   + u'(c') \left(q'_i - \phi_j^{12\prime} k''_{j,i}\right) + \theta' \left(q'_i\, \eta' + q'\, \eta'_i\right) \\
#   &\quad + \mathbf 1_{i=j}\, u'(c') \left\{(\alpha + \xi_j - 1) \frac{\alpha y_j'}{k_j'^2} - \phi_j^{11\prime}\right\},
# \end{aligned}
# ```
#
# where $c'_b$, $c'_i$ and so on are slopes of tomorrow's functions in $b'$ and $k_i'$. The product rule
# gives a sum in the brackets after $\theta'$; [35] and [36] print a difference.
#
# :::{admonition} The steps
# :class: dropdown
# The Lagrangian of {eq}`eq-planner` is
#
# $$
# \begin{aligned}
# \mathcal L &= u(c) + \beta\, \mathbb E\, V(b', k', z')
#   + \lambda \Big[\sum_i \left(y_i - \Phi_i\right) + b - c - \frac{b'}{R}\Big]
#   + \eta^* \Big[\frac{b'}{R} + \theta q\Big] \\
# &\quad + \delta \Big[\beta\, \mathbb E \sum_i k_i' P_i' - u'(c)\Big(q + \sum_i k_i' \phi_i^2\Big)\Big]
#   + \Xi \Big[1 - \sum_i k_i'\Big] .
# \end{aligned}
# $$
#
# 1. The price stands in the limit and on the left of its own condition: $\theta \eta^* = \delta u'(c)$.
# 2. Consumption is spent once, and moves $u'(c)$ in the pricing condition: $u'(c) - \lambda - \delta u''(c)(q + \bar\phi^2) = 0$.
# 3. Bonds cost $1/R$, loosen the limit by as much, are worth $V_b' = \lambda'$ tomorrow, and move every $P_i'$ by $\Omega_i^B$; multiply by
#    $R$.
# 4. Capital costs $\phi_i^2$ of resources and is worth $V_{k_i}'$ tomorrow. In the pricing condition it changes the weights ($P_i'$ and
#    $\phi_i^2$), its own cost ($\phi_i^{22} = \partial \phi_i^2 / \partial k_i'$), and every $P_j'$ by $\Omega_{ji}^K$. The price in the weights' term
#    is the same for all industries and part of $\Xi$.
# 5. Envelope: today's capital stands in output, in $\Phi_i$, and in $\phi_i^2$ through $\phi_i^{12} = \partial \phi_i^2 / \partial k_i$.
#
# The paper has a multiplier $\delta_i$ for each industry's condition. Ours is $\delta_i = \delta k_i'$, which adds up to [22].
# :::
#
# **Taxes.** A household that pays a tax $\tau^B$ on debt and receives $(1 + \tau_i^K)$ times the return on capital has the
# conditions [25] and [26],
#
# $$
# u'(c) = \beta R (1 + \tau^B)\, \mathbb E\, u'(c') + \eta, \qquad
# u'(c)\left(q + \phi_i^2\right) = \beta\, \mathbb E \left[P_i' + \tau_i^K u'(c')\, z_i' f'(k_i')\right].
# $$
#
# It chooses what the planner does if the rates fill the gaps that the planner's allocation leaves in the untaxed ones:
#
# ```{math}
# :label: eq-tax-bonds
# \begin{aligned}
# (1 + \tau^B)\, \mathbb E\, u'(c') &= \mathbb E\Big[u'(c') - u''(c')\, \delta' \left(q' + \bar\phi^{2\prime}\right)
#   + \delta \sum_i k_i' \Omega_i^B\Big] \\
#   &\quad + \frac{1}{\beta R} \left[\eta^* - \eta + u''(c)\, \delta \left(q + \bar\phi^2\right)\right] ,
# \end{aligned}
# ```
#
# ```{math}
# :label: eq-tax-capital
# \begin{aligned}
# \tau_i^K &= \frac{N_i - \sum_j k_j' N_j}{(1 + \delta)\, \beta\, \mathbb E \left[u'(c')\, z_i' f'(k_i')\right]}, \\
# N_i &= \beta\, \mathbb E \Big[V_{k_i}' - u'(c')\left(z_i' f'(k_i') - \phi_i^{1\prime}\right)\Big] \\
#   &\quad + \delta \Big\{u''(c)\left(q + \bar\phi^2\right) \phi_i^2 + \beta\, \mathbb E \sum_j k_j' \Omega_{ji}^K
#   - u'(c)\, k_i' \phi_i^{22}\Big\} .
# \end{aligned}
# ```
#
# Where the limit is slack today, $\delta = 0$, and the two say what is taxed. Debt is taxed by what it will cost the price where the
# limit binds tomorrow, $\tau^B = \gamma\, \mathbb E[\theta' \eta^{*\prime} (q' + \bar\phi^{2\prime}) / c'] / \mathbb E\, u'(c')$. An industry is paid $N_i$, what it adds for others, less
# the average: the agglomeration $\xi_i y_i'/k_i'$ first of all, valued at $u'(c')$, and what its income is worth in tomorrow's limit. Since
# the rates average out, the price of capital is that without them, {eq}`eq-price`.
#
# :::{admonition} The steps
# :class: dropdown
# 1. Solve [26] for $1 + \tau^B$, replace $u'(c)$ by $\lambda + u''(c) \delta (q + \bar\phi^2)$ from {eq}`eq-planner-wealth`, $\lambda$ by
#    {eq}`eq-planner-bonds`, and $\lambda'$ by {eq}`eq-planner-wealth` a period later.
# 2. Let $G_i = u'(c)(q + \phi_i^2) - \beta\, \mathbb E P_i'$ be the gap in the untaxed condition, so that $\tau_i^K = G_i / \beta\, \mathbb E[u'(c') z_i' f'(k_i')]$. By
#    {eq}`eq-price` the gaps average out: $\sum_i k_i' G_i = 0$.
# 3. In {eq}`eq-planner-capital` replace $\lambda$ by {eq}`eq-planner-wealth` and $\beta\, \mathbb E P_i'$ in braces by $u'(c)(q + \phi_i^2) - G_i$, and subtract the
#    private part $\beta\, \mathbb E[u'(c')(z_i' f'(k_i') - \phi_i^{1\prime})]$: what is left is $(1 + \delta) G_i = N_i$ plus a term that is the same for all
#    industries.
# 4. Weighted by $k_i'$ and added up the left side is zero, so that term is $-\sum_j k_j' N_j$.
#
# [27] lacks the household's own $\mathbb E\, u'(c')$, without which it gives $1 + \tau^B = 0$ where no limit ever binds (every $\delta_i$ is zero
# then), and $\eta^* - \eta$. In [28]
# the returns that it divides by lack their weight $u'(c')$, so that both sides differ in dimension; resale tomorrow is valued at today's
# marginal utility; and $\phi_i^2$ multiplies one of two terms of {eq}`eq-planner-wealth` ({ref}`reading-tax-formulas`). The package computes
# the gaps themselves ({doc}`12_planner`), which needs neither formula; a test compares both where the limit is slack today.
# :::
#
# Where the limit binds, $\eta$ and $\tau^B$ do the same work. By our convention $\eta$ takes what is left, and $\tau^B = 0$ unless that would make
# $\eta$ negative ({ref}`reading-instruments`).
#
# Computer algebra differentiates the Lagrangian for two industries and one state of tomorrow, whose functions it knows by name
# only, and compares the slopes with the formulas above; it does the same with the gaps. Then $\Omega$ as coded is compared.

# %% tags=["hide-input"]
planner = PlannerProblem()
report(planner.conditions())

# %% tags=["hide-input"]
report(planner.taxes())

# %% tags=["hide-input"]
report(omega_checks())

# %% [markdown]
# **Welfare.** The gain $\Lambda$ is the permanent rise in consumption that makes the competitive
# equilibrium as good as the planner's. Write $V = \mathbb E \sum_t \beta^t (c_t^{1-\gamma} - 1)/(1-\gamma)$
# and $\kappa = 1/[(1-\gamma)(1-\beta)]$. Then $V + \kappa$ is homogeneous of degree $1 - \gamma$ in
# consumption, $V$ is not, and [29] should read ({ref}`reading-welfare`)
#
# ```{math}
# :label: eq-welfare
# (1 + \Lambda)^{1-\gamma} = \frac{V^{SP} + \kappa}{V^{DE} + \kappa}, \qquad \gamma \ne 1 .
# ```

# %% tags=["hide-input"]
Lam, cons = sp.symbols("Lambda c", positive=True)
value = ((cons ** (1 - g) - 1) / (1 - g)) / (1 - beta)
raised = value.subs(cons, cons * (1 + Lam))
kappa = 1 / ((1 - g) * (1 - beta))
scaling = (1 + Lam) ** (1 - g)
corrected = sp.simplify(raised + kappa - scaling * (value + kappa)) == 0
printed = sp.simplify(raised - scaling * value) == 0
report({"with the constant": corrected})
report({"as printed": printed}, expected=False)

# %% [markdown]
# {doc}`09_calibration` gives the model numbers, {doc}`10_solver` computes and certifies the equilibrium,
# {doc}`11_results` puts it to work, and {doc}`12_planner` solves the planner's problem.
# ## What to take along
#
# - All amplification comes from one price: capital is collateral, and those who price it are the borrowers.
# - The strength of that loop is $\theta\gamma q / c$: {glue:text}`slope_decade:.2f` on the stationary path by the decade,
#   {glue:text}`slope_year:.1f` by the year. The period is an assumption about it.
# - A binding limit discounts the future more, and so slows reallocation in either direction.
# - Equal agglomeration moves nobody; unequal agglomeration separates planner and investors with no limit at all.
# - Printed formulas that needed a correction are in the register ({ref}`readings`), each with its evidence.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** For which limits and risk aversions is the slope {eq}`eq-slope` on the stationary path above one?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for limit in (0.1, 0.2, 0.35, 0.5):
#     for aversion in (2.0, 5.0):
#         path = technology.binding_path(base.replace(theta=limit, gamma=aversion))
#         print(limit, aversion, round(limit * aversion * path["price"] / path["consumption"], 2))
# ```
# Of these only for a limit of one half with the paper's risk aversion, though its baseline comes close. The slope differs from state to
# state, so that a value below one here does not exclude several equilibria elsewhere ({doc}`10b_accuracy`).
# :::
#
# **2.** Let capital depreciate at rate $\delta$: what is left of a unit can be sold, while all of it serves as collateral. How
# does {eq}`eq-capital-euler` change?
#
# :::{admonition} Solution
# :class: dropdown
# Resale is worth $(1 - \delta) q_{t+1}$ instead of $q_{t+1}$; the rest stays. The budget of both dates has
# $(1 - \delta)$ before the capital that is brought along:
# ```python
# delta = sp.symbols("delta", positive=True)
# worn = {
#     C: b + rest + q * ((1 - delta) * (k + k2) - kn - kn2) - cost - bn / R,
#     Cn: bn + rest_n + z * kn**a + qn * ((1 - delta) * (kn + kn2) - knn) - move_next - bnn / R,
# }
# slope = sp.diff(lagrangian, kn) + sum(
#     sp.diff(lagrangian, c) * sp.diff(income, kn) for c, income in worn.items()
# )
# print(sp.simplify(slope - total(kn) + beta * delta * qn * Cn**-g) == 0)
# ```
# :::
#
# **3.** Show that with equal agglomeration investors and planner choose the same allocation, whatever the productivities.
#
# :::{admonition} Solution
# :class: dropdown
# {eq}`eq-private-return` times $(\alpha + \xi)/\alpha$ is {eq}`eq-social-return`: with one $\xi$ the factor is the same for
# all industries and drops out where returns are equalised.
# ```python
# for pair in ((0.13, 0.13), (0.2, 0.13), (0.05, 0.13)):
#     uneven = base.replace(xi=pair, z_mean=(1.0, 1.1))
#     private, social = (technology.static_allocation(uneven, social=s)[0] for s in (False, True))
#     print(pair, round(private, 3), round(social, 3))
# ```
# The planner puts more capital than investors where agglomeration is the stronger, and less where it is the weaker.
# :::
