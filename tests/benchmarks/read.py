"""Measure what reading a page costs a phone, beside its bare article and its peers.

Run `uv run python tests/benchmarks/read.py`. The peers are the same pages built with Material's default theme, and by
Zensical. Chromium plays the phone: with its window, and a processor four times slower than this, as Lighthouse does.
"""

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Route, sync_playwright

ROOT = Path(__file__).parents[2]
SLOWER = 4
SETTLED = 3000
"""Milliseconds after which nothing more happens on a loaded page."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
TASKS = """new PerformanceObserver(list => {
  for (const {duration} of list.getEntries()) self.blocked = (self.blocked ?? 0) + duration - 50
}).observe({type: "longtask", buffered: true})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure (default: %(default)s)")
    rounds = parser.parse_args().rounds
    ours: Callable[[Path], Path] = partial(mkdocs, ours=True)
    sites = {"bare": bare, "this site": ours, "material": mkdocs, "zensical": zensical}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        built = {name: build(Path(folder, name)) for name, build in sites.items()}
        pages = {"home": "", "heaviest": max(weights(built["this site"]).items(), key=lambda item: item[1])[0]}
        for page, url in pages.items():
            found: dict[str, list[tuple[float, ...]]] = {name: [] for name in sites}
            for _ in range(rounds):
                for name, site in built.items():
                    found[name].append(visit(browser, site, url))
            print(f"\n{page}: /{url}\n{'':10}{'gzip':>9}{'requests':>10}{'main thread':>13}{'blocked':>9}  to bare")
            middle = {name: [median(figures) for figures in zip(*runs, strict=True)] for name, runs in found.items()}
            for name, (size, requests, busy, blocked) in middle.items():
                ratios = f"{size / middle['bare'][0]:.1f} {busy / middle['bare'][2]:.1f}"
                print(f"{name:10}{size / 1000:6.1f} KB{requests:10.0f}{busy:10.0f} ms{blocked:6.0f} ms  {ratios}")


def bare(out: Path) -> Path:
    """Build the articles alone."""
    for file in mkdocs(out).rglob("*.html"):
        article = BeautifulSoup(file.read_text(), "html.parser").select_one("article")
        file.write_text(f"<!doctype html><meta charset=utf-8><title>{file.parent.name}</title>{article}")
    return out


def mkdocs(out: Path, ours: bool = False) -> Path:
    """Build the site with Material's default theme, or as it is if it is `ours`."""
    config = (ROOT / "mkdocs.yml").read_text()
    if not ours:
        for section in "theme", "extra_css", "plugins":
            config = re.sub(rf"^{section}:\n(?:(?: .*)?\n)*", "", config, flags=re.MULTILINE)
        config += yaml.safe_dump({"theme": {"name": "material", "language": "zh"}, "plugins": ["search"]})
    file = ROOT / ".benchmark.yml"  # its paths are relative to its folder
    file.write_text(config)
    try:
        run("mkdocs", "build", "--quiet", "--config-file", str(file), "--site-dir", str(out), cwd=ROOT)
    finally:
        file.unlink()
    return out


def zensical(out: Path) -> Path:
    """Build the site with Zensical from the same sources."""
    for part in "docs", "examples":
        shutil.copytree(ROOT / part, out / part)
    shutil.copy(ROOT / "mkdocs.yml", out)
    run("zensical", "build", cwd=out)
    return out / "site"


def run(*command: str, cwd: Path) -> None:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([sys.executable, "-m", *command], cwd=cwd, env=environment, check=True, capture_output=True)


def weights(site: Path) -> dict[str, int]:
    """Return the compressed size of each page, in bytes."""
    files = site.rglob("index.html")
    return {file.parent.relative_to(site).as_posix() + "/": len(gzip.compress(file.read_bytes())) for file in files}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def visit(browser: Browser, site: Path, url: str) -> tuple[float, ...]:
    """Return bytes, requests, and the milliseconds that the main thread was busy, and blocked (tasks beyond 50 ms)."""
    sizes: list[int] = []
    handler: Callable[..., Quiet] = partial(Quiet, directory=str(site))
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        browser.new_context(
            viewport={"width": 412, "height": 823}, device_scale_factor=1.75, is_mobile=True, has_touch=True
        ) as context,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = context.new_page()
        protocol = context.new_cdp_session(page)
        protocol.send("Performance.enable")
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(TASKS)

        def count(route: Route) -> None:
            sizes.append(0)
            route.abort()

        context.route(re.compile(r"^https:"), count)  # requests to other hosts
        page.on("response", lambda answer: sizes.append(len(gzip.compress(answer.body()))))
        page.goto(f"http://127.0.0.1:{server.server_port}/{url}")
        page.wait_for_timeout(SETTLED)
        metrics = {metric["name"]: metric["value"] for metric in protocol.send("Performance.getMetrics")["metrics"]}
        blocked = page.evaluate("self.blocked ?? 0")
        server.shutdown()
    return sum(sizes), len(sizes), metrics["TaskDuration"] * 1000, blocked


if __name__ == "__main__":
    main()
