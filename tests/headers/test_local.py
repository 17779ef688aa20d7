"""A deployed file on this machine: places are exchanged, and nothing else."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from headers_setup import DEPLOYED, deployed_setup, served
from hypothesis import given

from pressroom.errors import PressroomError
from pressroom.headers.local import relocate
from pressroom.headers.servers.nginx import NGINX


def test_lines_about_places_are_exchanged() -> None:
    """A line that both renderings have stays, wherever it stands in the file."""
    deployed = "listen 443\nheader A 1\nroot /srv/x\nheader B 2\n"
    local = "listen 127.0.0.1:8443\nheader A 1\nroot /tmp/x\nheader B 2\n"

    assert local == relocate(deployed, deployed=deployed, local=local)


def test_an_edit_by_hand_survives() -> None:
    """A changed, a new and a missing header are as somebody left them."""
    deployed = "listen 443\nheader A 1\nheader B 2\n"
    local = "listen 8443\nheader A 1\nheader B 2\n"
    edited = "listen 443\nheader A 1 # and more\nheader C 3\n"

    assert "listen 8443\nheader A 1 # and more\nheader C 3\n" == relocate(
        edited, deployed=deployed, local=local
    )


def test_renderings_of_different_length_are_refused() -> None:
    """A template that depends on places in another way cannot be proved."""
    with pytest.raises(ValueError, match=r"shorter|longer"):
        relocate("a\n", deployed="a\nb\n", local="a\n")


@given(st.lists(st.sampled_from("abc"), max_size=9), st.integers(0, 9))
def test_what_was_rendered_here_comes_out(lines: list[str], number: int) -> None:
    """An unedited file becomes the rendering for this machine, whatever its lines are."""
    deployed = "".join(f"{line}\n" for line in lines)
    local = "".join(f"{line}{number if line == 'a' else ''}\n" for line in lines)

    assert local == relocate(deployed, deployed=deployed, local=local)


@pytest.mark.server("nginx")
def test_a_file_that_the_server_refuses_is_shown_in_its_words() -> None:
    """The server's own message, its line, and where to look."""
    setup = deployed_setup()
    broken = NGINX.render(setup) + "no_such_directive on;\n"
    with pytest.raises(PressroomError) as caught, served(NGINX, setup, text=broken):
        pass

    assert 'unknown directive "no_such_directive"' in caught.value.message
    assert "edited by hand" in caught.value.hint


@pytest.mark.server("nginx")
def test_what_runs_has_the_places_of_this_machine_alone() -> None:
    """No path or port of the deployed file is left in what was started."""
    setup = deployed_setup()
    with served(NGINX, setup) as running:
        text = (running.authority.parent / "pressroom.conf").read_text()

    for place in (DEPLOYED.acme, "/srv/pressroom", "/etc/letsencrypt", "listen 443", "listen 80;"):
        assert place in NGINX.render(setup)
        assert place not in text
