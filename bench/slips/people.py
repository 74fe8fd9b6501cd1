"""Who bears a duty, who hears of it, whom it is about."""

from __future__ import annotations

from random import Random

from bench.slips.draws import Files, chain_of, names_of, obligations, one_of, plan_of, slip
from policy.words import Role, SubjectKind

ROLES = [role.value for role in Role]
SUBJECTS = [kind.value for kind in SubjectKind]


@slip
def bearer_removed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "who")
    if o:
        o.pop("who") if draw.random() < 0.5 else o.update(who=[])
    return o and names_of(o)


@slip
def bearer_mistaken(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "who")
    o["who"] = [draw.choice([role for role in ROLES if role not in o["who"]])]
    return names_of(o)


@slip
def role_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "who")
    if o:
        role = draw.choice(o["who"])
        o["who"][o["who"].index(role)] = draw.choice([role[:-1], role + "s", role.replace("_", "-"), "市民政局"])
    return o and names_of(o)


@slip
def chain_looped(files: Files, draw: Random) -> tuple[str, ...] | None:
    if draw.random() < 0.5:
        o = one_of(files, draw, "escalation")
        chain = chain_of(files, o)
        o["escalation"] = [*chain, draw.choice(chain)]
        return names_of(o)
    chains = plan_of(files)["chains"]
    used = [name for name in chains if any(o.get("escalation") == name for o in obligations(files))]
    name = draw.choice(used)
    chains[name] = [*chains[name], draw.choice(chains[name])]
    return tuple(n for o in obligations(files) if o.get("escalation") == name for n in names_of(o))


@slip
def chain_forgotten(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "escalation")
    del o["escalation"]
    return names_of(o)


@slip
def told_to_the_one_who_failed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "escalation", "who")
    chain = [role for role in chain_of(files, o) if role not in o["who"]]
    o["escalation"] = draw.choice([[o["who"][0]], [*chain, o["who"][0]]])
    return names_of(o)


@slip
def subject_mistaken(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(obligations(files))
    o["subject"] = draw.choice([subject for subject in SUBJECTS if subject != o["subject"]])
    return names_of(o)


@slip
def question_of_another(files: Files, draw: Random) -> tuple[str, ...] | None:
    counted = [o for o in obligations(files) if "asks" in o["check"]]
    o, other = draw.sample(counted, 2)
    if o["check"]["asks"] == other["check"]["asks"]:
        return None
    o["check"]["asks"] = other["check"]["asks"]
    return names_of(o)


@slip
def chain_misnamed(files: Files, draw: Random) -> tuple[str, ...] | None:
    named = [o for o in obligations(files) if isinstance(o.get("escalation"), str)]
    o = draw.choice(named)
    o["escalation"] = draw.choice([name for name in "QXYZ" if name not in plan_of(files)["chains"]])
    return names_of(o)


@slip
def recipient_removed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "recipients")
    if o:
        o.pop("recipients")
    return o and names_of(o)
