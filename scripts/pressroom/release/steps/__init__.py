"""The steps of releases; a recipe lists those it wants, in the order in which they go."""

from pressroom.release.steps.announcement import announce
from pressroom.release.steps.checkout import (
    check_level_with_remote,
    check_tag_free,
    check_tree_clean,
)
from pressroom.release.steps.checks import (
    check_carriers,
    check_drift,
    check_entry,
    check_version,
)
from pressroom.release.steps.dist import audit_dist, build_dist, install_dist
from pressroom.release.steps.objects import freeze_plan, make_commit
from pressroom.release.steps.push import push_tag, update_checkout
from pressroom.release.steps.signing import check_signing_key, make_tag
from pressroom.release.steps.surroundings import (
    check_clock,
    check_credential,
    check_index,
    check_ledger,
    check_site,
    check_tools,
)
from pressroom.release.steps.upload_dist import upload_dist, verify_published
from pressroom.release.steps.wheels import collect_wheels

__all__ = [
    "announce",
    "audit_dist",
    "build_dist",
    "check_carriers",
    "check_clock",
    "check_credential",
    "check_drift",
    "check_entry",
    "check_index",
    "check_ledger",
    "check_level_with_remote",
    "check_signing_key",
    "check_site",
    "check_tag_free",
    "check_tools",
    "check_tree_clean",
    "check_version",
    "collect_wheels",
    "freeze_plan",
    "install_dist",
    "make_commit",
    "make_tag",
    "push_tag",
    "update_checkout",
    "upload_dist",
    "verify_published",
]
