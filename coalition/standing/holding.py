"""Which signature is an act about, and may this officer decide on it?"""

from __future__ import annotations

from coalition.review import holding
from coalition.signing.models import Signature


def held(signature_id: int, *, officer_id: int | None = None) -> Signature:
    """Read a signature and hold its row until the end of the transaction: acts on it come one after another.

    With `officer_id`, for an act that weighs: raises Refused where that officer belongs to the organisation's network,
    has recused themselves or may act no more, ApplicationUnknown where it lies outside their reach.
    """
    signature = holding.held(signature_id)
    if officer_id is not None:
        holding.require_able(signature, officer_id)
    return signature
