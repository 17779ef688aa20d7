"""Release pcsc-lite: its list of steps, top to bottom. `.venv/bin/python scripts/release_pcsc_lite.py 2.5.2 --dry-run`."""

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
    steps.check_files_server,
    steps.check_signing_key,
    steps.check_site,
    steps.check_mail,
    steps.check_dist_tools,
    steps.check_clock,
    # made aside: nobody sees it
    steps.freeze_plan,
    steps.make_commit,
    steps.make_tag,
    steps.build_tarball,
    steps.audit_tarball,
    steps.try_tarball,
    steps.make_records,
    steps.sign_files,
    # public, and never taken back
    steps.push_tag,
    steps.update_checkout,
    steps.upload_files,
    steps.verify_files,
    steps.announce,
    steps.fill_outbox,
    steps.send_mail,
]

if __name__ == "__main__":
    sys.exit(release_door("pcsc-lite", STEPS))
