"""What nobody is told of, each with the reason, so that no new fact is forgotten: a test asks for every fact."""

from __future__ import annotations

from events import Event
from events.contracts import orders, purchases, reviews

SILENT: frozenset[type[Event]] = frozenset({
    # order-intake
    orders.LikenessNoted,  # doubted follows at once where there is an earlier one like it
    orders.OrderSupplemented,  # complete or still incomplete follows at once and is told
    orders.ProjectRegistered,  # a step of sales' own; complete follows when it was the last item
    orders.ConditionsAgreed,  # accepted follows at once
    orders.ExtensionAgreed,  # accepted follows at once
    orders.ExtensionDeclined,  # the proposal to refuse follows from review
    orders.ContractSigned,  # concluded follows with the second signature
    # review
    reviews.CaseDecided,  # what came of it follows from order-intake
    reviews.RefusalApproved,  # refused follows from order-intake
    reviews.ReviewConcluded,  # what came of it follows from order-intake
    reviews.ClausesJudged,  # cleared or returned follows from order-intake with the last word
    reviews.ContractReviewConcluded,  # cleared or returned follows from order-intake
    # procurement
    purchases.PartsOrdered,  # the buyer's own step
    purchases.PartsStocked,  # ready follows when it was the last
    purchases.SurplusStocked,  # surplus was told of when it was ordered, or with the cancellation
    purchases.CommitmentStated,  # the commitment reported follows from order-intake
    purchases.PartsReleased,  # the buyer was told with the rejected cancellation
    purchases.PurchaseConfirmed,  # the buyer's own step
    purchases.InspectionPassed,  # ready follows when it was the last
    purchases.PurchaseFulfilled,  # ready follows for each order
    purchases.GoodsReturned,  # reopened follows for each order and is told
    purchases.PurchaseReduced,  # the buyer's own step
    purchases.SurplusReduced,  # the buyer's own step
    # suppliers concern no order
    purchases.SupplierRegistered,
    purchases.OfferListed,
    purchases.OfferWithdrawn,
    purchases.SupplierSuspended,
    purchases.SupplierReinstated,
})  # fmt: skip
