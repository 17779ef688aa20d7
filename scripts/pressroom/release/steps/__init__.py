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
from pressroom.release.steps.file_signing import sign_files
from pressroom.release.steps.files import check_files_server, upload_files, verify_files
from pressroom.release.steps.objects import freeze_plan, make_commit
from pressroom.release.steps.outbox import check_mail, fill_outbox, send_mail
from pressroom.release.steps.push import push_tag, update_checkout
from pressroom.release.steps.records import make_records
from pressroom.release.steps.signing import check_signing_key, make_tag
from pressroom.release.steps.surroundings import (
    check_clock,
    check_credential,
    check_index,
    check_ledger,
    check_site,
    check_tools,
)
from pressroom.release.steps.tarball import (
    audit_tarball,
    build_tarball,
    check_dist_tools,
    try_tarball,
)
from pressroom.release.steps.upload_dist import upload_dist, verify_published
from pressroom.release.steps.wheels import collect_wheels

__all__ = [
    "announce",
    "audit_dist",
    "audit_tarball",
    "build_dist",
    "build_tarball",
    "check_carriers",
    "check_clock",
    "check_credential",
    "check_dist_tools",
    "check_drift",
    "check_entry",
    "check_files_server",
    "check_index",
    "check_ledger",
    "check_level_with_remote",
    "check_mail",
    "check_signing_key",
    "check_site",
    "check_tag_free",
    "check_tools",
    "check_tree_clean",
    "check_version",
    "collect_wheels",
    "fill_outbox",
    "freeze_plan",
    "install_dist",
    "make_commit",
    "make_records",
    "make_tag",
    "push_tag",
    "send_mail",
    "sign_files",
    "try_tarball",
    "update_checkout",
    "upload_dist",
    "upload_files",
    "verify_files",
    "verify_published",
]
