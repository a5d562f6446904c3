"""Links inside the built website lead somewhere; the command for other addresses tells bad ones."""

from __future__ import annotations

import http.server
import threading

import links
import pytest


def test_every_link_inside_the_site_leads_to_a_file_and_an_anchor(site):
    assert sum(len(links.read(page).targets) for page in links.html_pages(site)) > 5000
    assert not links.broken_inside(site)


@pytest.fixture
def small_site(tmp_path):
    def make(body: str):
        (tmp_path / "index.html").write_text(f'<h1 id="top">A</h1>{body}', encoding="utf-8")
        (tmp_path / "other.html").write_text('<p id="%C3%A9"><a name="n">', encoding="utf-8")
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("other.html", None),
        ("other.html?q=1#n", None),
        ("#top", None),
        ("#", None),
        ("mailto:someone@example.org", None),
        ("#bottom", "no such anchor"),
        ("other.html#top", "no such anchor"),
        ("another.html", "no such file"),
        ("../outside.html", "no such file"),
    ],
)
def test_broken_links_are_told_by_page_and_reason(small_site, target, told):
    bad = links.broken_inside(small_site(f'<a href="{target}">'))
    assert bad == ([f"index.html: {target} ({told})"] if told else [])


def test_a_missing_image_is_told(small_site):
    assert links.broken_inside(small_site('<img src="a.png">')) == [
        "index.html: a.png (no such file)"
    ]


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({"/page": 200, "/moved": 302, "/shy": 403}.get(self.path, 404))
        if self.path == "/moved":
            self.send_header("Location", "/page")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["page", "page#part", "moved", "shy"])
def test_addresses_that_answer_pass(small_site, server, path, capsys):
    assert links.main([str(small_site(f'<a href="{server}/{path}">'))]) == 0
    assert not capsys.readouterr().out


def test_addresses_that_do_not_answer_are_told_with_their_pages(small_site, server, capsys):
    body = f'<a href="{server}/gone#x"><a href="http://127.0.0.1:9/">'
    assert links.main([str(small_site(body)), "--seconds", "5"]) == 1
    told = capsys.readouterr()
    assert f"{server}/gone: status 404 (in index.html)" in told.out
    assert "http://127.0.0.1:9/: " in told.out
    assert "2 do not" in told.err


def test_addresses_of_this_project_are_asked_only_where_wanted(small_site, capsys):
    assert links.main([str(small_site(f'<a href="{links.OURS[0]}/issues">'))]) == 0
    assert "0 addresses" in capsys.readouterr().err


def test_without_a_site_the_command_says_what_to_do(tmp_path, capsys):
    assert links.main([str(tmp_path)]) == 2
    assert "make book" in capsys.readouterr().err
