"""Release PyKCS11: its list of steps, top to bottom. `.venv/bin/python scripts/release_pykcs11.py 1.5.21 --dry-run`."""

import sys

from pressroom.release import steps
from pressroom.release.cli import release_door

STEPS = [
    # looks only, and all of it before anything is made
    steps.check_tree_clean,
    steps.check_level_with_remote,
    steps.check_tag_free,
    steps.check_version,
    steps.check_entry,
    steps.check_carriers,
    steps.check_drift,
    steps.check_ledger,
    steps.check_index,
    steps.check_signing_key,
    steps.check_site,
    steps.check_credential,
    steps.check_mail,
    steps.check_tools,
    steps.check_clock,
    # made aside: nobody sees it
    steps.freeze_plan,
    steps.make_commit,
    steps.make_tag,
    steps.build_dist,
    steps.audit_dist,
    steps.install_dist,
    # public, and never taken back
    steps.push_tag,
    steps.update_checkout,
    steps.collect_wheels,
    steps.upload_dist,
    steps.verify_published,
    steps.announce,
    steps.fill_outbox,
    steps.send_mail,
]

if __name__ == "__main__":
    sys.exit(release_door("pykcs11", STEPS))
