"""The merge rules a second time, slowly and in other words, to compare the real ones with."""

from collections.abc import Iterable

from sync.claim import Claim

_NO_REPORTS = ("retract", "reinstate", "review", "release")


class NaiveMerge:
    """Asks every question of every claim anew."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = {claim.id: claim for claim in claims}.values()

    def buckets(self) -> dict[str, str]:
        """The bucket of every claim."""
        return {claim.id: self.bucket(claim) for claim in self.claims}

    def bucket(self, claim: Claim) -> str:
        """Quarantined before retracted before superseded before live."""
        if claim.quarantined is not None:
            return "quarantined"
        if self.is_withdrawn(claim):
            return "retracted"
        return "superseded" if any(self.corrects(other, claim) for other in self.claims) else "live"

    def is_withdrawn(self, claim: Claim) -> bool:
        """Whether its author took it back, or took back all that it corrects."""
        if claim.kind in _NO_REPORTS:
            return False
        if any(self.retracts(other, claim) for other in self.claims):
            return True
        corrected = [other for other in self.claims if self.corrects(claim, other)]
        return bool(corrected) and all(self.is_withdrawn(other) for other in corrected)

    def retracts(self, retract: Claim, claim: Claim) -> bool:
        """A standing retract by the same person."""
        return retract.kind == "retract" and self.acts_on(retract, claim) and not self.is_undone(retract)

    def is_undone(self, retract: Claim) -> bool:
        """Whether the same person reinstated what it took back."""
        return any(other.kind == "reinstate" and self.acts_on(other, retract) for other in self.claims)

    def corrects(self, correction: Claim, claim: Claim) -> bool:
        """Same kind, same person, named."""
        is_report = correction.kind == claim.kind and claim.kind not in _NO_REPORTS
        return is_report and self.acts_on(correction, claim)

    def acts_on(self, actor: Claim, target: Claim) -> bool:
        """Whether one claim names another of the same person and subject, and may have an effect."""
        if actor.quarantined is not None or actor.id == target.id:
            return False
        same = (actor.author, actor.subject) == (target.author, target.subject)
        return same and target.id in actor.refs
