"""What must never be committed is found by file and line."""

from __future__ import annotations

import subprocess

import pytest

from checks import hygiene
from checks.tree import Tree


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("see https://py" + "pi.org/simple", "the address of a package registry"),
        ("--index-" + "url = https://mirror.example.com/simple", "the address of a package registry"),
        ("java = /home" + "/kim/jdk/bin/java", "a path of somebody's machine"),
        ("-----BEGIN RSA PRIVATE " + "KEY-----", "a private key"),
        ("token: eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiJraW0ifQ.c2lnbmF0dXJlLWhlcmU", "a token"),
    ],
)
def test_a_leak_is_found(tree: Tree, text: str, told: str) -> None:
    (tree.root / "notes.txt").write_text(f"fine\n{text}\n")
    assert any(problem.startswith(f"notes.txt:2: {told}") for problem in hygiene.look(tree).problems)


def test_the_path_of_this_checkout_is_found(tree: Tree) -> None:
    (tree.root / "notes.txt").write_text(f"run it in {tree.root}/x\n")
    assert any("this very checkout" in problem for problem in hygiene.look(tree).problems)


def test_a_lock_file_that_names_registries_is_found(tree: Tree) -> None:
    (tree.root / "uv.lock").touch()
    assert [problem.partition(":")[0] for problem in hygiene.look(tree).problems] == ["uv.lock"]


def test_what_is_not_committed_may_be_anything(tree: Tree) -> None:
    (tree.root / "notes.txt").write_text("-----BEGIN PRIVATE " + "KEY-----\n")
    (tree.root / ".gitignore").write_text("notes.txt\n")
    who = ("-c", "user.name=check", "-c", "user.email=check@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(["git", *command], cwd=tree.root, check=True)
    assert hygiene.look(tree).problems == []


def test_everyday_text_is_no_leak(tree: Tree) -> None:
    (tree.root / "notes.txt").write_text(
        "executable_path=/usr/bin/chromium\nGET /home/orders\nhttp://127.0.0.1:8101/docs\nfrom home/kim/\n"
    )
    assert hygiene.look(tree).problems == []
