#!/usr/bin/env python3
"""An executable model of PROTOCOL sections 3 to 5, and a checker that holds recorded logs against it.

    cargo run -p hearth-tests --bin logs -- --seeds 100 | python3 tests/model/check.py

Each line of the input is one log with the program's answers after every tenth event. The model begins anew for each
set of events, remembers only what it has found for that very set, and knows nothing of how the program does it.
Ends with one line, and with status 1 if anything differs.
"""
import hashlib
import json
import sys

SECRETARY, SERVANT, MEMBER, NEWCOMER = 4, 3, 2, 1
KINDS = ("commit", "create", "add", "invite", "revoke_invite", "admit", "remove", "leave", "set_role", "quorum_remove",
         "quorum_set_role", "quorum_set_params", "endorse", "lapse", "device_add", "device_revoke", "ack", "reject")
MANY = 5  # the stratum of what many decide
TAKING, GIVING, DEVICES = "taking", "giving", "devices"


def bits(events):
    while events:
        lowest = events & -events
        yield lowest.bit_length() - 1
        events ^= lowest


def majority(count, of):
    return 2 * count > of


class Event:
    def __init__(self, index, record, past):
        self.index, self.past = index, past
        self.id, self.author, self.seq = record["id"], record["author"], record["seq"]
        self.epoch, self.body = record["epoch"], record["body"]
        self.kind = next(kind for kind in KINDS if kind in self.body)

    @property
    def joiner(self):
        return self.body[self.kind] if self.kind in ("create", "add", "admit") else None


class Verdict:
    """What an event may do, by its own past."""

    def __init__(self, member=None, device_add=None, stratum=0, act=None, admins=(), voters=()):
        self.member, self.device_add, self.stratum, self.act = member, device_add, stratum, act
        self.admins, self.voters = admins, voters


class Answer:
    """What follows from a set of events."""

    def __init__(self):
        self.members = {}  # index of the event that made the member -> (rank, devices)
        self.device_adds = {}
        self.removals = []  # (index, identity, stratum)
        self.revocations = []  # (index, device, member)
        self.invites = {}  # token -> (index, author, stratum, rank, uses, used, revoked)
        self.void = set()
        self.lapsed = set()
        self.open_invitation = False
        self.pending, self.questions = [], []


class Model:
    def __init__(self, records):
        self.events, self.at, self.verdicts, self.answers = [], {}, [], {}
        for record in records:
            self.learn(record)

    def learn(self, record):
        past = 0
        for head in record["heads"]:
            past |= self.events[self.at[head]].past | 1 << self.at[head]
        event = Event(len(self.events), record, past)
        self.events.append(event)
        self.at[event.id] = event.index
        self.verdicts.append(self.judge(event))

    # -- single events, by their own past ---------------------------------------------------------------------------

    def identity(self, member):
        return self.events[member].joiner

    def is_same_person(self, one, other):
        """One membership, or two of one identity that did not know of each other."""
        if one is None or other is None or one == other:
            return one == other
        knows = self.events[one].past >> other & 1 or self.events[other].past >> one & 1
        return self.identity(one) == self.identity(other) and not knows

    def judge(self, event):
        view = self.answer(event.past)
        admins = tuple(m for m, (rank, _) in view.members.items() if rank >= SERVANT)
        voters = tuple(m for m, (rank, _) in view.members.items() if rank >= MEMBER)
        if event.kind == "create":
            return Verdict(stratum=MANY, act={"enter": SECRETARY}, admins=admins, voters=voters)
        own = next((m for m, (_, devices) in view.members.items() if event.author in devices), None)
        if own is None:
            return Verdict(admins=admins, voters=voters)
        rank = view.members[own][0]
        act, stratum = self.judge_act(event, view, own, rank, admins, voters)
        return Verdict(own, view.device_adds.get(event.author), stratum, act, admins, voters)

    def judge_act(self, event, view, own, rank, admins, voters):
        body, kind = event.body, event.kind
        live = {self.identity(m): m for m in view.members}
        devices = {device: m for m, (_, all_) in view.members.items() for device in all_}

        def may_enter(device, stratum):
            barred = any(who == device and stratum < min(by, 4) for _, who, by in view.removals)
            return device not in live and device not in devices and not barred

        def may_give(wanted):
            if rank >= SECRETARY:
                return wanted <= MEMBER
            return wanted <= NEWCOMER and (rank >= SERVANT or rank >= MEMBER and view.open_invitation)

        def quorum(target):
            electorate = [m for m in admins if m != target]
            if len(electorate) < 2:
                electorate = [m for m in voters if m != target]
            needed = len(electorate) // 2 + 1
            return {"electorate": electorate, "needed": max(needed, 1 if target is None else 2), "target": target}

        if kind == "add":
            ok = may_give(body["rank"]) and may_enter(body["add"], rank)
            return ({"enter": body["rank"]} if ok else None), rank
        if kind == "invite":
            ok = body["invite"] not in view.invites and may_give(body["rank"])
            return ({"invite": True} if ok else None), rank
        if kind == "revoke_invite":
            known = view.invites.get(body["revoke_invite"])
            ok = known is not None and (self.is_same_person(known[1], own) or rank >= SERVANT)
            return ({"revoke_invite": body["revoke_invite"]} if ok else None), rank
        if kind == "admit":
            known = view.invites.get(body["token"])
            if known is None:
                return None, rank
            index, _, by, wanted, uses, used, revoked = known
            stratum = min(rank, by)
            ok = (stratum >= MEMBER and stratum >= wanted and not revoked and used < uses and body["proved"]
                  and may_enter(body["admit"], stratum))
            return ({"enter": wanted, "invite_used": index} if ok else None), stratum
        if kind == "remove":
            target = live.get(body["remove"])
            ok = target is not None and rank >= SERVANT and rank > view.members[target][0]
            return ({"remove": body["remove"]} if ok else None), rank
        if kind == "leave":
            return {"leave": True}, MANY
        if kind == "set_role":
            target = self.at.get(body["set_role"])
            if target not in view.members:
                return None, rank
            before, wanted = view.members[target][0], body["rank"]
            act = {"role": wanted, "of": target, "up": wanted > before}
            if target == own:
                return (act if wanted < before else None), MANY
            if rank < SERVANT or rank <= before or wanted == before:
                return None, rank
            if wanted > before and wanted >= MEMBER and rank < SECRETARY:
                if wanted > MEMBER:
                    return None, rank
                act["quorum"] = {"electorate": [m for m in admins if m != own], "needed": 1, "target": target}
            return act, rank
        if kind == "quorum_remove":
            target = live.get(body[kind])
            return (None if target is None else {"remove": body[kind], "quorum": quorum(target)}), MANY
        if kind == "quorum_set_role":
            target = self.at.get(body[kind])
            if target not in view.members or view.members[target][0] == body["rank"]:
                return None, MANY
            up = body["rank"] > view.members[target][0]
            return {"role": body["rank"], "of": target, "up": up, "quorum": quorum(target)}, MANY
        if kind == "quorum_set_params":
            return {"params": body[kind], "quorum": quorum(None)}, MANY
        if kind == "endorse":
            act = self.at.get(body["endorse"])
            return ({"endorse": act} if act is not None and event.past >> act & 1 else None), rank
        if kind == "lapse":
            target = self.at.get(body["lapse"])
            return ({"lapse": target} if target in view.members and rank >= SERVANT else None), rank
        if kind == "device_add":
            device = body["device_add"]
            unknown = (device not in devices and all(d != device for _, d, _ in view.revocations)
                       and all(who != device for _, who, _ in view.removals))
            ok = unknown and len(view.members[own][1]) < 8 and body["proved_for"] == self.events[own].id
            return ({"device_add": device} if ok else None), rank
        if kind == "device_revoke":
            ok = devices.get(body["device_revoke"]) == own and len(view.members[own][1]) > 1
            return ({"device_revoke": body["device_revoke"]} if ok else None), rank
        return None, rank

    # -- all acts of a set, from the strongest down ------------------------------------------------------------------

    def answer(self, known):
        if known not in self.answers:
            self.answers[known] = Weighing(self, known).answer() if known else Answer()
        return self.answers[known]

    def equivocates_from(self, device, known):
        """The smallest number under which the device has two events in the set."""
        seen = {}
        for index in bits(known):
            if self.events[index].author == device:
                seen[self.events[index].seq] = seen.get(self.events[index].seq, 0) + 1
        return min((seq for seq, count in seen.items() if count > 1), default=None)


class Weighing:
    def __init__(self, model, known):
        self.model, self.known = model, known
        self.events, self.verdicts = model.events, model.verdicts
        self.acts = [i for i in bits(known) if self.verdicts[i].act is not None]
        self.of_person = {}
        for index in bits(known):
            if self.verdicts[index].member is not None:
                self.of_person.setdefault(model.identity(self.verdicts[index].member), []).append(index)
        self.doubled = {}
        self.decide_all()

    def act(self, index):
        return self.verdicts[index].act or {}

    def knows(self, index, other):
        return self.events[index].past >> other & 1

    def concurrent(self, a, b):
        return not self.knows(a, b) and not self.knows(b, a)

    def decide_all(self):
        self.removals, self.revocations, self.demotions, self.standing, self.decided = [], [], [], set(), {}
        self.agreed = {a for a in self.acts if "quorum" in self.act(a) and self.has_quorum(a, set())}
        while True:
            self.decide_strata()
            self.certain = {a for a in self.agreed if "remove" in self.act(a) and self.has_quorum(a, None)}
            lost = {a for a in self.agreed if not self.has_quorum(a, self.certain)}
            if not lost:
                return
            self.agreed -= lost

    def phase(self, index):
        act = self.act(index)
        if "device_revoke" in act:
            return DEVICES
        if "role" in act:
            return GIVING if act["up"] else TAKING
        return TAKING if "remove" in act or "leave" in act else None

    def decide_strata(self):
        self.removals, self.revocations, self.demotions, self.decided = [], [], [], {}
        for stratum in range(MANY, -1, -1):
            for phase in (DEVICES, GIVING, TAKING):
                now = [a for a in self.acts if self.verdicts[a].stratum == stratum and self.phase(a) == phase]
                if not now:
                    continue
                self.find_standing()
                for index in now:
                    self.decided[index] = index in self.standing
                for index in now:
                    if not self.decided[index]:
                        continue
                    act, own = self.act(index), self.verdicts[index].member
                    if "remove" in act:
                        self.removals.append((index, act["remove"], stratum))
                    if "leave" in act:
                        self.removals.append((index, self.model.identity(own), 0))
                    if "role" in act and not act["up"]:
                        self.demotions.append((index, act["of"], act["role"], stratum, act["of"] == own))
                    if "device_revoke" in act:
                        self.revocations.append((index, act["device_revoke"], own))
        self.find_standing()

    def find_standing(self):
        self.standing = set()
        for index in self.acts:
            stands = self.decided.get(index)
            if stands is None:
                stands = (self.has_grounds(index) and not self.is_killed(index) and not self.is_withstood(index)
                          or self.is_vouched_for(index))
            if stands:
                self.standing.add(index)

    def has_grounds(self, index):
        verdict, act = self.verdicts[index], self.act(index)
        if verdict.member is None:
            return True
        rank = self.rank(verdict.member, self.events[index].past)
        free = {"leave", "device_add", "device_revoke", "params", "endorse"} & act.keys()
        needed = 0 if free or verdict.stratum == MANY else verdict.stratum
        return (rank is not None and rank >= needed
                and (verdict.device_add is None or verdict.device_add in self.standing)
                and ("invite_used" not in act or act["invite_used"] in self.standing)
                and ("quorum" not in act or index in self.agreed))

    def is_in(self, member, known):
        identity = self.model.identity(member)
        return member in self.standing and known >> member & 1 and not any(
            who == identity and known >> r & 1 and not self.knows(member, r) for r, who, _ in self.removals)

    def rivals(self, member, known):
        """All memberships of the same identity that are in: one person's."""
        return [a for a in self.standing if "enter" in self.act(a) and self.is_in(a, known)
                and self.model.identity(a) == self.model.identity(member)]

    def rank(self, member, known):
        if not self.is_in(member, known):
            return None
        rivals = self.rivals(member, known)
        changes = [a for a in self.standing if self.act(a).get("of") in rivals and known >> a & 1]
        last = [a for a in changes if not any(self.knows(b, a) for b in changes)]
        return min((self.act(a)["role"] for a in last), default=max(self.act(m)["enter"] for m in rivals))

    def revocations_of(self, device, member):
        """Those that did not happen before the member was let in again."""
        identity = self.model.identity(member)
        return [r for r, d, m in self.revocations
                if d == device and self.model.identity(m) == identity and not self.knows(member, r)]

    def removals_of(self, member):
        """Those that did not happen before the member was let in again."""
        identity = self.model.identity(member)
        return [(r, k) for r, who, k in self.removals if who == identity and not self.knows(member, r)]

    def is_killed(self, index):
        verdict = self.verdicts[index]
        if verdict.member is None or verdict.stratum == MANY:
            return False
        strong = {"role", "remove", "device_revoke"} & self.act(index).keys()
        for removal, stratum in self.removals_of(verdict.member):
            outweighed = verdict.stratum < stratum or verdict.stratum == stratum and not strong
            if stratum and removal != index and self.concurrent(index, removal) and outweighed:
                if stratum == MANY or not self.is_protected(index, removal):
                    return True
        for demotion, member, left, stratum, given_back in self.demotions:
            outweighed = verdict.stratum < stratum or verdict.stratum == stratum and not strong
            same = (self.model.identity(member) == self.model.identity(verdict.member)
                    and not self.knows(verdict.member, demotion))
            if same and verdict.stratum > left and self.concurrent(index, demotion) and outweighed:
                if demotion == index or given_back and self.is_out_of_reach(index, demotion):
                    continue
                if stratum == MANY and not given_back or not self.is_protected(index, demotion):
                    return True
        if "device_revoke" in self.act(index):
            return False
        return any(self.concurrent(index, revocation) and not self.is_out_of_reach(index, revocation)
                   and not self.is_protected(index, revocation)
                   for revocation in self.revocations_of(self.events[index].author, verdict.member))

    def is_withstood(self, index):
        verdict, act = self.verdicts[index], self.act(index)
        if "quorum" in act or not ("remove" in act or "role" in act and not act["up"]):
            return False
        if act.get("of") == verdict.member:
            return False
        for given, stands in self.decided.items():
            gift = self.act(given)
            if not stands or not gift.get("up") or gift["role"] < verdict.stratum:
                continue
            target = self.model.identity(act["of"]) if "of" in act else act["remove"]
            same = self.model.identity(gift["of"]) == target
            if same and self.concurrent(index, given):
                if self.verdicts[given].stratum > verdict.stratum or self.is_protected(given, index):
                    return True
        return False

    def is_vouched_for(self, index):
        return any(stands and self.act(a).get("of") == index and self.act(a)["up"] and self.act(a)["role"] >= MEMBER
                   for a, stands in self.decided.items() if "role" in self.act(a))

    def is_out_of_reach(self, index, word):
        """What somebody's removal knew, or their giving back of a rank, they do not take back by an unknown word."""
        member = self.verdicts[index].member
        identity = self.model.identity(member)
        return any(a != word and self.knows(a, index) and not self.knows(a, word) for a in self.acts
                   if self.act(a).get("remove") == identity
                   or "role" in self.act(a) and self.verdicts[a].member == self.act(a)["of"]
                   and self.model.identity(self.act(a)["of"]) == identity)

    def is_protected(self, index, removal):
        return self.is_acknowledged(index, lambda f: self.has_heard_of(removal, f))

    def has_heard_of(self, act, event):
        """Whether an event knew of an act, and of one by many that it was agreed to."""
        def knows(index):
            return index == event or self.knows(event, index)

        if not knows(act) or "quorum" not in self.act(act):
            return knows(act)
        quorum = self.act(act)["quorum"]
        heard = [e for e in [act] + [a for a in self.acts if self.act(a).get("endorse") == act] if knows(e)]
        seats = {seat for e in heard for seat in quorum["electorate"]
                 if self.model.is_same_person(self.verdicts[e].member, seat)}
        return len(seats) >= quorum["needed"]

    def is_acknowledged(self, index, knew):
        author = self.verdicts[index].member
        identity = None if author is None else self.model.identity(author)
        admins = [m for m in self.verdicts[index].admins if self.model.identity(m) != identity]
        count = sum(any((f == index or self.knows(f, index)) and not knew(f) and not self.silencers(f)
                        and not self.has_equivocated(f) and self.model.is_same_person(self.verdicts[f].member, m)
                        for f in self.of_person.get(self.model.identity(m), ())) for m in admins)
        return majority(count, len(admins))

    def silencers(self, index):
        """What took the author's voice without knowing of the event."""
        member = self.verdicts[index].member
        if member is None:
            return []
        found = self.removals_of(member) + [
            (r, 0) for r in self.revocations_of(self.events[index].author, member)
            if not self.is_out_of_reach(index, r)]
        return [(r, k) for r, k in found if r != index and not self.knows(r, index)]

    def has_equivocated(self, index):
        device, seq = self.events[index].author, self.events[index].seq

        def by(known):
            if (device, known) not in self.doubled:
                self.doubled[device, known] = self.model.equivocates_from(device, known)
            first = self.doubled[device, known]
            return first is not None and first <= seq

        member = self.verdicts[index].member
        frozen = [] if member is None else [
            r for r, who, k in self.removals if k and who == self.model.identity(member) and self.knows(r, index)]
        return by(self.known) and all(by(self.events[r].past) for r in frozen)

    def endorsers(self, index, certain):
        quorum = self.act(index)["quorum"]
        events = [index] + [e for e in self.acts if self.act(e).get("endorse") == index]
        return {seat for e in events for seat in quorum["electorate"]
                if self.model.is_same_person(self.verdicts[e].member, seat) and self.is_endorsement(e, index, certain)}

    def has_quorum(self, index, certain):
        return len(self.endorsers(index, certain)) >= self.act(index)["quorum"]["needed"]

    def is_endorsement(self, index, act, certain):
        target = self.act(act)["quorum"]["target"]
        for silencer, stratum in self.silencers(index):
            if "remove" in self.act(silencer) and "quorum" in self.act(silencer):
                takes = silencer != act and (certain is None or silencer in certain)
            else:
                by = self.verdicts[silencer].member
                takes = target is None or self.model.identity(by) != self.model.identity(target)
            if takes and (stratum == MANY or not self.is_protected(index, silencer)):
                return False
        if not self.has_equivocated(index):
            return True
        device = self.events[index].author
        return self.is_acknowledged(
            index, lambda f: self.model.equivocates_from(device, self.events[f].past) is not None)

    def counts(self, index):
        """Whether a commit has a say, by its author."""
        member = self.verdicts[index].member
        if member is None:
            return self.events[index].kind == "create"
        if member not in self.standing:
            return False
        for silencer, stratum in self.silencers(index):
            knew = self.has_heard_of(silencer, index)
            if "leave" in self.act(silencer):
                if knew:
                    return False
            elif knew or not self.is_protected(index, silencer):
                return False
        return True

    def answer(self):
        answer = Answer()
        answer.removals, answer.revocations = self.removals, self.revocations
        answer.weighing = self
        taken, seen, identities = set(), set(), set()
        entered = [a for a in self.standing if "enter" in self.act(a)]
        for member in sorted(entered, key=lambda a: self.events[a].id):
            rank, identity = self.rank(member, self.known), self.model.identity(member)
            if rank is None or identity in seen:
                continue
            seen.add(identity)
            rivals = self.rivals(member, self.known)
            adds = {}
            for index in self.of_person.get(identity, ()):
                if (index in self.standing and "device_add" in self.act(index)
                        and self.verdicts[index].member in rivals):
                    adds.setdefault(self.act(index)["device_add"], index)
            devices = {device for device in set(adds) | {identity}
                       if not any(self.revocations_of(device, m) for m in rivals)}
            if not devices or not devices - taken:
                continue
            devices -= taken
            identities.add(identity)
            taken |= devices
            answer.members[member] = (rank, devices)
            answer.device_adds.update({device: adds[device] for device in devices if device in adds})
        self.collect_invites(answer)
        for index in self.standing:
            member = self.current(answer, self.act(index).get("lapse"))
            if member is not None and not any(
                    self.knows(e, index) for e in self.of_person.get(self.model.identity(member), ())):
                answer.lapsed.add(member)
        decisions = [a for a in self.standing if "params" in self.act(a)]
        last = [a for a in decisions if not any(self.knows(b, a) for b in decisions)]
        answer.open_invitation = bool(last) and all(self.act(a)["params"] for a in last)
        answer.void = {a for a in self.acts if "enter" in self.act(a) and a not in self.standing}
        removed = {who for _, who, _ in self.removals}
        answer.questions = [a for a in answer.void if self.model.identity(a) not in identities | removed]
        for index in self.acts:
            if "quorum" in self.act(index) and index not in self.agreed:
                quorum = self.act(index)["quorum"]
                alive = quorum["target"] is None or self.current(answer, quorum["target"]) is not None
                if alive and self.verdicts[index].member in self.standing:
                    missing = quorum["needed"] - len(self.endorsers(index, self.certain))
                    answer.pending.append([self.events[index].id, max(missing, 0)])
        return answer

    def current(self, answer, member):
        """The membership by which somebody is known now, if that one is in."""
        if member is None or not self.is_in(member, self.known):
            return None
        return next((m for m in answer.members if self.model.identity(m) == self.model.identity(member)), None)

    def collect_invites(self, answer):
        for index in self.standing:
            body = self.events[index].body
            if "invite" not in self.act(index):
                continue
            known = answer.invites.get(body["invite"])
            if known is None or self.events[index].id < self.events[known[0]].id:
                answer.invites[body["invite"]] = (index, self.verdicts[index].member, self.verdicts[index].stratum,
                                                  body["rank"], body["uses"])
        for token, found in answer.invites.items():
            used = sum("invite_used" in self.act(a) and self.events[a].body["token"] == token for a in self.standing)
            revoked = any(self.act(a).get("revoke_invite") == token and not self.knows(found[0], a)
                          for a in self.standing)
            answer.invites[token] = found + (used, revoked)


# -- keys -------------------------------------------------------------------------------------------------------------

class Epochs:
    """The tree of admissible commits of a log, and the choice of its head."""

    def __init__(self, model):
        self.model, self.trees, self.parents, self.authors, self.rescued = model, {}, {}, {}, {}

    def learn(self, index):
        event = self.model.events[index]
        if event.kind == "create":
            self.root = index
            self.trees[index], self.parents[index], self.rescued[index] = frozenset([event.author]), None, {}
        if event.kind == "commit" and self.is_admissible(event):
            parent = self.model.at[event.body["parent"]]
            self.trees[index] = self.tree(event, parent)
            self.parents[index], self.authors[index] = parent, self.model.verdicts[index].member
            granted = {device: number for device, number, _ in event.body["rescued"]}
            self.rescued[index] = {**self.rescued[parent], **granted}

    def tree(self, event, parent):
        return (self.trees[parent] - set(event.body["drop"])) | set(event.body["add"])

    def renews(self, index):
        parent = self.parents[index]
        return parent is not None and self.trees[index] == self.trees[parent] and self.rescued[index] == self.rescued[parent]

    def is_admissible(self, event):
        model, body = self.model, event.body
        parent = model.at.get(body["parent"])
        own = model.verdicts[event.index].member
        if parent not in self.trees or not event.past >> parent & 1 or own is None:
            return False
        view, before = model.answer(event.past), self.trees[parent]
        rank = view.members[own][0]
        devices = {device: m for m, (_, all_) in view.members.items() for device in all_}
        joins, has_leaf = body["commit"] == "Join", event.author in before
        may = joins or has_leaf and (body["commit"] == "Update" or rank >= MEMBER)
        fits = set(body["drop"]) <= before and (
            has_leaf == (event.author in body["drop"]) if joins else not set(body["add"]) & before)
        evicts = any(d in devices and devices[d] not in view.lapsed and not (joins and d == event.author)
                     for d in body["drop"])
        after = self.tree(event, parent)
        asked = all(proved and device in before and device in after and number > self.rescued[parent].get(device, -1)
                    for device, number, proved in body["rescued"])
        repeats = after == before and not body["rescued"] and parent in self.authors and self.authors[parent] == own and self.renews(parent)
        first = not any(self.parents[c] == parent and self.authors.get(c) == own and event.past >> c & 1
                        and not self.is_rejected_within(c, event.past) for c in self.trees if c != parent)
        return may and fits and asked and not evicts and after <= set(devices) and not repeats and first

    def is_rejected_within(self, commit, past):
        """Whether two members with a vote say so, as far as a set tells."""
        events = [(self.model.events[i], self.model.verdicts[i]) for i in bits(past)]
        return 2 <= len({self.model.identity(verdict.member) for event, verdict in events if event.kind == "reject"
                         and event.body["reject"] == self.model.events[commit].id and verdict.member in verdict.voters})

    def ancestors(self, index):
        while index is not None:
            yield index
            index = self.parents[index]

    def choose(self, known):
        """The head and what is settled, for a set of events."""
        model, answer = self.model, self.model.answer(known)
        out = {c for c in self.trees if not answer.weighing.counts(c)}
        voters = {m for m, (rank, _) in answer.members.items() if rank >= MEMBER}
        admins = {m for m, (rank, _) in answer.members.items() if rank >= SERVANT}
        liars = {e.author for e in model.events if known >> e.index & 1
                 and model.equivocates_from(e.author, known) is not None}

        def votes(out):
            alive = {c for c in self.trees if known >> c & 1 and not any(a in out for a in self.ancestors(c))}
            found = {}
            for member in voters:
                latest = []
                for device in answer.members[member][1] - liars:
                    own = [i for i in bits(known) if model.events[i].author == device
                           and model.is_same_person(model.verdicts[i].member, member)]
                    for index in sorted(own, key=lambda i: -model.events[i].seq):
                        epoch = model.at.get(model.events[index].epoch)
                        if index in alive:
                            latest.append((index, index))
                            break
                        if epoch in alive and model.events[index].past >> epoch & 1:
                            latest.append((index, epoch))
                            break
                last = [(i, v) for i, v in latest if not any(model.events[j].past >> i & 1 for j, _ in latest)]
                if last:
                    found[member] = min(last, key=lambda pair: model.events[pair[0]].id)[1]
            return alive, found

        alive, found = votes(out)
        rejected = set()
        for commit in self.trees:
            sayers = set()
            for index in bits(known):
                event, verdict = model.events[index], model.verdicts[index]
                if (event.kind == "reject" and event.body["reject"] == model.events[commit].id
                        and verdict.member in verdict.voters and event.author not in liars):
                    sayers |= {m for m in voters if event.author in answer.members[m][1]
                               and model.is_same_person(verdict.member, m)}
            inside = sum(m not in sayers and commit in self.ancestors(v) for m, v in found.items())
            if len(sayers) >= 2 and len(sayers) > inside:
                rejected.add(commit)
        if rejected:
            alive, found = votes(out | rejected)

        weight = {c: [0, 0] for c in alive}
        for member, vote in found.items():
            for epoch in self.ancestors(vote):
                weight[epoch][0] += 1
                weight[epoch][1] += member in admins

        def order(child):
            count, by_admins = weight[child]
            ids = [bytes.fromhex(model.events[i].id) for i in (self.parents[child], self.authors[child])]
            priority = hashlib.sha256(b"hearth/prio" + ids[0] + ids[1]).digest()
            return (not majority(by_admins, len(admins)), -count, priority, model.events[child].id)

        if self.root not in alive:
            return None, None
        head, settled = self.root, None
        while True:
            if majority(weight[head][1], len(admins)):
                settled = head
            children = [c for c in alive if self.parents[c] == head]
            if not children:
                return head, settled
            head = min(children, key=order)


def check(line):
    record = json.loads(line)
    model = Model([])
    epochs = Epochs(model)
    expected = {answer["known"]: answer for answer in record["answers"]}
    differences = []
    for number, event in enumerate(record["events"]):
        model.learn(event)
        epochs.learn(number)
        if number + 1 in expected:
            known = (1 << number + 1) - 1
            found = described(model, model.answer(known), epochs.choose(known))
            for part, value in found.items():
                if value != expected[number + 1][part]:
                    differences.append(f"seed {record['seed']}, {number + 1} events: {part}: "
                                       f"model {value}, program {expected[number + 1][part]}")
    return len(expected), differences


def described(model, answer, choice):
    name = lambda index: None if index is None else model.events[index].id
    return {
        "members": {name(m): {"rank": rank, "devices": sorted(devices), "lapsed": m in answer.lapsed}
                    for m, (rank, devices) in answer.members.items()},
        "removals": sorted(name(r) for r, _, _ in answer.removals),
        "pending": sorted(answer.pending),
        "questions": sorted(name(q) for q in answer.questions),
        "invites": {token: [found[5], found[6]] for token, found in answer.invites.items()},
        "members_may_invite": answer.open_invitation,
        "head": name(choice[0]),
        "settled": name(choice[1]),
    }


def main():
    logs = answers = 0
    differences = []
    for line in sys.stdin:
        count, found = check(line)
        logs, answers = logs + 1, answers + count
        differences += found
        for text in found[:3]:
            print(text)
    print(f"{logs} logs, {answers} answers compared, {len(differences)} differences")
    return 1 if differences or not logs else 0


if __name__ == "__main__":
    sys.exit(main())
