"""Use the built site in a browser."""

import gzip
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from conftest import once
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "docs").rglob("*.md"))
URLS = {
    str(source.relative_to(ROOT / "docs").with_suffix("")).removesuffix("index").rstrip("/"): source
    for source in SOURCES
}
expect.set_options(timeout=30_000)  # 5 seconds are too short on a busy machine
QUIET = "gpu quic sync background-networking component-update"
OURS = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# No script runs long enough to be worth compiling, and no page long enough to collect its garbage.
SHORT = "--js-flags=--no-opt,--no-maglev,--min-semi-space-size=64"
FLAGS = ["--no-sandbox", "--no-first-run", "--in-process-gpu", OURS, SHORT]
FLAGS += (f"--disable-{what}" for what in QUIET.split())


# Not for the session: no test can use asyncio while Playwright runs.
@pytest.fixture(scope="module")
def browser(command: Callable[[str, str], str]) -> Iterator[Browser]:
    # The headless shell takes a quarter less CPU.
    headless = shutil.which("chromium-headless-shell")
    chromium = headless or command("chromium", "on Debian `apt install chromium-headless-shell libatomic1`")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=FLAGS)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()


@contextmanager
def serve(site: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.fixture(scope="session")
def host(site: Path) -> Iterator[str]:
    with serve(site) as host:
        yield host


@contextmanager
def visit(browser: Browser, host: str) -> Iterator[BrowserContext]:
    """Visit a site; afterwards, fail if another host was asked for anything, or the console has errors or warnings."""
    wrong: list[str] = []

    def heed(request: Request) -> None:
        if not request.url.startswith((f"{host}/", "data:", "blob:")):
            wrong.append(f"{context.pages[-1].url}: {request.url}")

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(f"{context.pages[-1].url}: {message.text}")

    with browser.new_context(base_url=host, permissions=["clipboard-read", "clipboard-write"]) as context:
        context.on("request", heed)  # not a route: with one, nothing is cached between pages
        context.on("console", note)
        context.on("weberror", lambda error: wrong.append(f"{context.pages[-1].url}: {error.error}"))
        yield context
    assert not wrong


@contextmanager
def tab(browser: Browser, site: str) -> Iterator[Page]:
    """Open a tab with nothing cached or stored."""
    with visit(browser, site) as context:
        yield context.new_page()


@pytest.fixture
def fresh(browser: Browser, host: str) -> Iterator[Page]:
    """A tab with nothing cached or stored."""
    with tab(browser, host) as page:
        yield page


@pytest.fixture(scope="module")
def reader(browser: Browser, host: str) -> Iterator[BrowserContext]:
    """Someone who reads page after page, with a cache."""
    with visit(browser, host) as context:
        yield context


@pytest.fixture(scope="module")
def opened(reader: BrowserContext) -> Iterator[Page]:
    """A tab in which page after page is read, since opening a tab costs more than reading a page."""
    with reader.new_page() as page:
        yield page


def resize(page: Page, width: int = 1280, height: int = 720) -> Page:
    """Return the page in a window of this size; changing the size costs a new layout, so only if it differs."""
    if page.viewport_size != {"width": width, "height": height}:
        page.set_viewport_size({"width": width, "height": height})
    return page


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    """The shared tab, with the settings of a new one."""
    yield resize(opened)
    opened.emulate_media(media="null")


@pytest.fixture
def narrow(opened: Page) -> Page:
    """The shared tab, as wide as a phone."""
    return resize(opened, 390, 844)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of files that list the kinds of elements checked so far, by any process of this session."""
    with once(tmp_path_factory, "kinds") as (folder, _):
        return folder


# Return the first result for each query, as the page's worker finds it: to draw them all would take most of the time.
FIRST = """async queries => {
  const worker = new Worker(JSON.parse(document.querySelector("#__config").textContent).search)
  const ask = (type, data) => new Promise(answer => {
    worker.onmessage = event => answer(event.data.data)
    worker.postMessage({type, data})
  })
  await ask(0, {...await (await fetch("search/search_index.json")).json(), options: {}})
  const found = {}
  for (const query of queries) found[query] = (await ask(2, query)).items[0]?.[0].location ?? "nothing"
  return found
}"""

QUERIES = """
/processes/pool/: 进程池 / 进程池开多大 / ProcessPoolExecutor / map 多个参数 / imap_unordered /
    OPENBLAS_NUM_THREADS / NumPy 多线程 / Can't get attribute / terminated abruptly
/practice/: 端口扫描 / 断点续传
/processes/fork/: fork / 僵尸进程 / 随机数 /
    This process is multi-threaded, use of fork() may lead to deadlocks in the child
/threads/executors/: 线程池 / add_done_callback / 进度条 / tqdm / cannot schedule new futures after shutdown /
    max_workers / max_tasks_per_child / 线程数量 / 内存泄漏 / 内存一直涨 / 线程池开多大 /
    线程池 等待所有任务完成
/coroutines/: 协程
/asynchronous/: 异步 / asyncio / async
/processes/: 多进程 / context has already been set / fork 和 spawn 的区别
/threads/: 多线程
/distributed/: 分布式 / RPC / Celery
/threads/lock/: 锁 / 竞态条件 / 竞争条件 / lru_cache / 单例 / 有了GIL为什么还要加锁 / 内存模型 / with lock
/threads/deadlock/: 死锁 / 哲学家 / 活锁 / 饥饿 / 可重入锁
/threads/queue/: Queue / 队列 / 优先级队列 / deque / tkinter / PyQt / 界面卡死 / 线程通信 / 线程之间怎么通信 /
    main thread is not in main loop
/threads/gil/: 切换间隔 / 全局解释器锁 / GIL / nogil / 为什么多线程没变快 / 多线程没有加速 / 多线程更慢 /
    Python 多线程是假的吗 / concurrent.interpreters
/processes/subprocess/: communicate / nslookup / WinError 2 / CREATE_NO_WINDOW / subprocess 超时
/asynchronous/groups/: TaskGroup / 任务组 / Task was destroyed / exception was never retrieved /
    ExceptionGroup / unhandled errors in a TaskGroup
/asynchronous/await/: never awaited / await / async 缓存 / cannot reuse already awaited coroutine / async __init__ /
    协程 装饰器 / await 是什么意思 / 同步函数里调用异步函数 / create_task 不执行 / asyncio.sleep(0) /
    'coroutine' object has no attribute 'json' / object of type 'coroutine' has no len() /
    'coroutine' object is not subscriptable
/asynchronous/gather/: gather / as_completed
/asynchronous/cancel/: 优雅退出 asyncio / 取消 / CancelledError / SIGTERM asyncio
/asynchronous/timeout/: 超时 / 每隔一段时间 / asyncio 定时任务 / Timeout should be used inside a task /
    asyncio.exceptions.TimeoutError
/asynchronous/limits/: 信号量 / 背压 / 控制协程数量
/asynchronous/threads/: run_in_executor / 回调在哪个线程 / asyncio 线程安全
/asynchronous/inspect/: asyncio 卡住 / pstree / asyncio 获取所有任务
/asynchronous/eager/: 主动型任务 / Event loop is closed
/processes/process/: mutliprocessing / multiprocessing / cannot pickle '_thread.lock' object /
    An attempt has been made to start a new process before / Ran out of input / 段错误 / exitcode / exitcode -9 /
    多进程 类方法 / 多进程返回值 / 序列化 / EOFError / 为什么要写 if __name__ == "__main__"
/processes/queue/: 进程间通信 / 进程间通信的方式 / BrokenPipeError / 进程通信 / mmap
/choose/: 选哪一个 / 线程还是异步 / 并发和并行 / asyncio 还是线程 / 进程 线程 协程 区别 /
    进程和线程的区别 / 线程与进程的区别 / 进程线程区别 / 线程进程区别 / 多线程和异步的区别
/distributed/engine/: Dask / 幂等
/measure/: RUSAGE_CHILDREN / cProfile / 性能分析
/threads/waiting/: 条件变量 / 定时器 / 读写锁 / 暂停线程 / 定时任务 / 栅栏 / 虚假唤醒
/processes/stopping/: Ctrl+C / 停止线程 / 信号 / daemonic processes are not allowed to have children / 杀死线程 /
    signal only works in main thread / 优雅退出 / 如何强制结束线程 / 如何终止子进程 / kill 子进程 /
    父进程死了子进程怎么办 / 函数超时 / signal.alarm
/processes/sharing/: 共享内存 / 共享大数组 / 多进程 NumPy / 共享字典 / 文件锁 / 多进程 共享变量 / resource_tracker
/threads/logging/: 日志 / loguru / RotatingFileHandler 多进程
/processes/streams/: 管道满了
/threads/hangs/: 卡住 / faulthandler / 线程一直不结束
/threads/free-threaded/: 自由线程 / 多线程 列表 / free-threaded / 原子操作 / 迭代器 / generator already executing
/asynchronous/loop/: This event loop is already running / no running event loop / There is no current event loop
/asynchronous/http/: Flask / FastAPI / 爬虫 / PoolTimeout / Unclosed client session
/asynchronous/await/: a coroutine was expected / unhashable type: 'list' / Result is not set
/asynchronous/limits/: 协程池
/threads/threadlocal/: SQLite / database is locked /
    SQLite objects created in a thread can only be used in that same thread
/asynchronous/libraries/: uvloop / gevent / WebSocket / 数据库 / trio / aiofiles
/coroutines/versus/: Too many open files / 协程 锁
/threads/thread/: 线程返回值 / 线程优先级 / can't start new thread / threads can only be started once / 线程 id /
    Exception in thread / 多线程 异常 捕获
/output/: print 不显示
/asynchronous/servers/: 多路复用 / epoll / selectors / 非阻塞 / 同步 异步 / 上下文切换 / socketserver /
    Address already in use / 惊群
/asynchronous/blocking/: 阻塞
/asynchronous/network/: 聊天室 / chunk is longer than limit / socket.send() raised exception /
    readuntil() called while another coroutine is already waiting for incoming data
/choose/: 并发
/distributed/: 任务队列
/distributed/security/: digest sent was rejected
/asynchronous/: 协程 返回值 / asyncio 获取返回值
/asynchronous/await/: module 'asyncio' has no attribute 'run'
/asynchronous/cancel/: 取消协程
/asynchronous/groups/: fire and forget
/asynchronous/servers/: TCP
/asynchronous/threads/: asyncio input
/processes/queue/: IPC / 多进程 join 卡住
/processes/stopping/: 主进程退出 子进程还在
/threads/deadlock/: 锁的顺序
/asynchronous/loop/: Future 和 Task 区别
/processes/sharing/: BaseManager 自定义类 / Bus error / No space left on device
/threads/turns/: 控制线程执行顺序
/threads/thread/: group argument must be None for now / 判断线程是否结束
/processes/process/: can't pickle local object / freeze_support 打包 exe / 多进程 lambda /
    cannot start a process twice / 子进程 崩溃 自动重启 / it's not the same object as / 0xC0000005
/processes/pool/: 进程池 多个参数 / 进程池 锁 / 进程池 大小 / 进程池 卡住
/threads/threadlocal/: sqlite 多线程
/threads/queue/: PyQt 多线程 界面无响应
/threads/thread/: run 和 start 的区别 / join 为什么写在循环外 / 多线程 输出 换行 错乱
/threads/executors/: submit map 区别 / 线程池 传参
/threads/lock/: singleton thread-safe
/asynchronous/limits/: asyncio.Queue / asyncio.Semaphore / 异步队列
/asynchronous/testing/: pytest asyncio / async def functions are not natively supported
/asynchronous/iteration/: 'async for' requires an object with __aiter__ method, got list
/asynchronous/blocking/: asyncio ProcessPoolExecutor / Executing <Task finished> took 0.110 seconds
/coroutines/versus/: asyncio.Lock / 多进程 + 协程 / too many file descriptors in select()
/threads/turns/: 交替打印 / ABC / 三个线程轮流 / 按序打印 / H2O / FizzBuzz / 忙等
"""
"""For each page, queries that must find it first."""


def test_search_finds_the_right_page_first(page: Page) -> None:
    rows = (row.split(": ", 1) for row in QUERIES.replace(" /\n   ", " /").strip().splitlines())
    wanted = {query: page for page, queries in rows for query in queries.split(" / ")}
    page.goto("/")
    found = page.evaluate(FIRST, [*wanted])
    places = {query: "/" + re.split(r"[?#]", place)[0] for query, place in found.items()}
    assert places == wanted


def test_search_and_downloads_need_no_server(browser: Browser, offline: Path) -> None:
    with tab(browser, offline.as_uri()) as page:
        page.goto(f"{offline.as_uri()}/distributed/index.html")
        expect_download(page)
        search = page.get_by_role("textbox", name="搜索")
        search.click()
        search.fill("进程间通信")
        first = page.locator(".md-search-result__link").first
        expect(first).to_have_attribute("href", re.compile(re.escape(f"{offline.as_uri()}/processes/queue.html")))
        expect(page.locator("iframe")).to_be_hidden()
        first.click()
        expect(page).to_have_title(re.compile("进程间通信|Queue|队列"))


@pytest.mark.parametrize("served", [True, False])
def test_what_zensical_builds_can_be_searched(browser: Browser, zensical: tuple[Path, Path], served: bool) -> None:
    site, offline = zensical
    with serve(site) as host, tab(browser, host if served else offline.as_uri()) as page:
        page.goto(f"{host}/threads/" if served else f"{offline.as_uri()}/threads/index.html")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("Control+k")
        page.locator("input:focus").press_sequentially("进程池")
        first = page.locator("a[href*='?h=']").first
        expect(first).to_have_attribute("href", re.compile(r"/processes/pool(/|\.html)\?"))


# Return what the copy buttons of the first of these blocks, and of every eighth, put on the clipboard; pressing all
# takes three times as long. Each button must not be covered, and must copy from its own block.
COPIES = """async selector => {
  const copies = []
  for (const [index, block] of document.querySelectorAll(selector).entries()) {
    const button = block.querySelector("button[aria-label=复制]")
    if (!button) return `There is no button in ${block.outerHTML}`
    const there = () => {
      const {x, y, width, height} = button.getBoundingClientRect()
      return document.elementFromPoint(x + width / 2, y + height / 2)
    }
    if (!button.contains(there())) button.scrollIntoView({behavior: "instant", block: "center"})
    if (!button.contains(there())) return `The button lies below ${there()?.outerHTML}`
    const code = block.querySelector("code")
    if (document.querySelector(button.dataset.clipboardTarget) !== code) return `It is not of ${block.outerHTML}`
    if (index % 8) continue
    await navigator.clipboard.writeText("nothing")
    button.click()
    copies.push(await navigator.clipboard.readText())
  }
  return copies
}"""

# Return what a block has printed, without printers and exit status.
PRINTED = """block => {
  const output = block.querySelector("code").cloneNode(true)
  for (const said of output.querySelectorAll("i, .status")) said.remove()
  return output.textContent
}"""


def test_what_is_said_in_an_output_is_read_and_not_copied(page: Page) -> None:
    page.goto("/processes/queue/")
    output = page.locator(".result > pre").last
    output.scroll_into_view_if_needed()  # a block gets its button when it is seen
    expect(output.get_by_role("button", name="复制")).to_be_visible()
    output = page.locator(".result > pre").first
    selected = output.evaluate("block => (getSelection().selectAllChildren(block), `${getSelection()}`)")
    assert selected.rstrip() == output.evaluate(PRINTED).rstrip()
    read = output.aria_snapshot()
    assert re.search(r"下面 8 行，不同名的先后不定\s+writer\s+Process to write", read), read


def expect_download(page: Page) -> None:
    """Check that the downloads on the page about distributed programs are the programs that ran."""
    for program in sorted((ROOT / "examples/distributed/square").glob("*.py")):
        with page.expect_download() as download:
            page.get_by_role("link", name=f"下载程序 {program.name}", exact=True).click()
        assert download.value.suggested_filename == program.name
        assert download.value.path().read_bytes() == program.read_bytes()


def test_what_is_downloaded_is_what_ran(page: Page) -> None:
    page.goto("/distributed/")
    expect_download(page)


def test_what_is_slipped_into_a_page_does_nothing(browser: Browser, host: str, site: Path) -> None:
    """The page's policy holds."""
    foreign = "http://elsewhere.invalid/"
    slipped = (
        f"<script>document.title = 'ours'</script><script src='{foreign}a.js'></script>"
        f"<img src='{foreign}a.png' onerror='document.title = 1'><iframe src='{foreign}'></iframe>"
        f"<link rel='stylesheet' href='{foreign}a.css'><base href='{foreign}'><object data='{foreign}'></object>"
        f"<form action='{foreign}'><button id='slipped'></button></form>"
    )
    html = (site / "index.html").read_text().replace("</article>", f"{slipped}</article>")
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    with browser.new_context() as context:
        context.route(f"{foreign}**", refuse)
        context.route(f"{host}/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page = context.new_page()
        page.goto(f"{host}/")
        page.wait_for_load_state("networkidle")
        assert page.title() == "Python 并发与异步"
        assert page.evaluate("document.baseURI") == f"{host}/"
        page.locator("#slipped").dispatch_event("click")
        page.wait_for_timeout(200)
        assert page.url == f"{host}/"
    assert asked == []


def focus(page: Page, target: Locator) -> None:
    """Move the focus to an element with the keyboard alone; it must then be in view."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport()


def test_a_varying_value_explains_itself_to_the_keyboard(page: Page) -> None:
    page.goto("/processes/fork/#program")
    value = page.locator("var").first  # it has no title while its tooltip is shown
    tooltip = page.get_by_role("tooltip").filter(has_text=value.get_attribute("title") or "nothing")
    expect(tooltip).to_have_count(0)
    focus(page, value)
    expect(tooltip).to_have_css("opacity", "1")
    expect(tooltip).to_be_in_viewport()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto("/processes/queue/")
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#queue$"))

    copy = page.locator(".highlight").first.get_by_role("button", name="复制")
    focus(page, copy)
    page.keyboard.press("Enter")
    expect(page.get_by_text("已复制")).to_be_visible()
    expect(copy).to_be_focused()  # the button has its name even while the tooltip is shown
    program = (ROOT / "examples/processes/queue_end.py").read_text()
    assert page.evaluate("navigator.clipboard.readText()") == program.rstrip()

    orders = page.locator("details.seen").first
    focus(page, orders.locator("summary"))
    page.keyboard.press("Enter")
    expect(orders.locator(".result").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_comes_to_every_button(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    page.goto("/")
    blocks = page.locator("pre:has(> code):visible").count()
    page.keyboard.press("Tab")
    page.wait_for_function(READY)
    stops = []
    while stop := page.evaluate(STOP):
        stops.append(stop)
        page.keyboard.press("Tab")
    assert sum("copy" in stop for stop in stops) == blocks
    assert not [stop for stop in stops if "outside" in stop]


def test_on_a_phone_no_link_to_a_program_is_cut_off(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/asynchronous/http/")
    links = page.locator("figcaption:has([download] + [download]) [download]")
    assert links.count() >= 4
    ends = links.evaluate_all("all => all.map(link => link.getBoundingClientRect().right)")
    assert max(ends) <= 360


# Return whether each block has its button, which holds from the first Tab on.
READY = """() => [...document.querySelectorAll("pre > code")]
  .every(block => !block.checkVisibility() || block.parentElement.querySelector("[aria-label=复制]"))"""

# Return the focused element and whether it can be seen; null once the focus has come round. The focus opens the search.
STOP = """() => {
  const stop = document.activeElement
  const stops = self.stops ??= new Set()
  if (stops.has(stop)) return null
  stops.add(stop)
  const {left, right} = stop.getBoundingClientRect()
  const copy = stop.ariaLabel === "复制" ? "copy" : ""
  const seen = right > 0 && left < innerWidth || stop.closest("[role=dialog]")
  return `${stop.outerHTML.slice(0, 80)} ${copy} ${seen ? "" : "outside"}`
}"""


def test_the_keyboard_opens_the_menu(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    link = page.locator(".md-sidebar--primary").get_by_role("link", name="多进程", exact=True)
    expect(link).not_to_be_visible()
    focus(page, page.get_by_role("button", name="导航栏"))
    for key in ("Enter", "Space", "Enter"):
        page.keyboard.press(key)
        expect(link).to_be_visible(visible=key == "Enter")
        assert page.evaluate("scrollY") == 0
    expect(link).to_be_in_viewport()
    focus(page, link)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/processes/$"))


def test_the_keyboard_searches(page: Page) -> None:
    page.goto("/")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.keyboard.press("/")
        expect(page.get_by_role("textbox", name="搜索")).to_be_focused()
        page.keyboard.insert_text("进程池")  # as when it is pasted, no key is released
        expect(page.locator(".md-search-result__link").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/processes/pool/"))
        page.wait_for_load_state()  # until then, no key is heard


def test_the_reader_chooses_between_light_and_dark(fresh: Page) -> None:
    scheme = fresh.locator("body")
    fresh.emulate_media(color_scheme="dark")
    fresh.goto("/")
    expect(scheme).to_have_attribute("data-md-color-scheme", "slate")
    focus(fresh, fresh.get_by_role("radio", name="跟随系统，点按换成浅色"))
    fresh.keyboard.press("Enter")
    expect(scheme).to_have_attribute("data-md-color-scheme", "default")
    fresh.goto("/processes/")
    expect(scheme).to_have_attribute("data-md-color-scheme", "default")


# Collect layout shifts, except within tables: columns are as wide as all rows need, so a table that arrives in two
# parts, as on a busy machine, is laid out twice.
SHIFTS = """new PerformanceObserver(list => (self.shifts ??= []).push(...list.getEntries()
  .filter(({sources}) => !sources.length || sources.some(({node}) => !node?.parentElement?.closest("table")))
  .map(({value}) => value))
).observe({type: "layout-shift", buffered: true})"""


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_on_a_page_moves_while_it_comes(fresh: Page, site: Path, width: int) -> None:
    fresh.add_init_script(SHIFTS)
    fresh.set_viewport_size({"width": width, "height": 844})
    for url in ("", heaviest(site)):
        fresh.goto(f"/{url}")
        fresh.wait_for_load_state("networkidle")
        assert fresh.evaluate("self.shifts ?? []") == [], url


@pytest.mark.parametrize("width", [390, 1280])
def test_a_link_leads_to_its_heading(page: Page, site: Path, width: int) -> None:
    """Even though blocks far from the window have no real height yet."""
    page.set_viewport_size({"width": width, "height": 844})
    url = heaviest(site)
    links = [f"#{id}" for id in re.findall(r'<h[23] id="(.*?)"', (site / url / "index.html").read_text())]
    for link in links[len(links) // 2 :: 4]:
        page.goto("about:blank")
        page.goto(f"/{url}{link}")
        page.wait_for_load_state("networkidle")
        assert 48 <= page.locator(link).evaluate("heading => heading.getBoundingClientRect().top") < 844, link


def test_a_page_needs_no_script(browser: Browser, host: str) -> None:
    with browser.new_context(base_url=host, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/processes/queue/")
        result = page.locator(".result").first
        for part in result.locator(".line"), result.locator(".promise"), page.locator(".timeline svg"):
            expect(part.first).to_be_visible()
        expect(result.get_by_role("link", name="下载程序 queue_end.py")).to_be_visible()
        result.locator("details.seen > summary").click()
        expect(result.locator(".result .line").first).to_be_visible()
        page.get_by_role("link", name="进程池：Pool").first.click()
        expect(page).to_have_url(re.compile("/processes/pool/"))


def test_one_who_comes_to_a_page_first_is_told_how_to_read_a_result(page: Page) -> None:
    page.goto("/threads/lock/")
    link = page.get_by_role("link", name="怎样读", exact=True)
    expect(link).to_have_count(1)  # only one of them can be seen
    link.click()
    expect(page.get_by_role("heading", name="怎样读一个结果")).to_be_in_viewport()


def test_paper_holds_what_can_be_opened_on_a_screen(page: Page) -> None:
    page.goto("/processes/queue/")
    why = page.locator("details.why li").first
    expect(why).not_to_be_visible()
    page.emulate_media(media="print")
    assert why.evaluate("sentence => sentence.getBoundingClientRect().height") > 0
    assert why.evaluate("sentence => sentence.checkVisibility()")


def heaviest(site: Path) -> str:
    """Return the address of the heaviest page."""
    weight = {url: len(gzip.compress((site / url / "index.html").read_bytes())) for url in URLS}
    return max(weight, key=weight.__getitem__) + "/"


def test_a_page_is_light(fresh: Page, site: Path) -> None:
    sizes = {}
    fresh.context.on("response", lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body()))}))
    with fresh.expect_response(re.compile(r"/workers/search\.\w+\.min\.js$")):
        fresh.goto(f"/{heaviest(site)}")
    fresh.wait_for_load_state("networkidle")
    assert sum(sizes.values()) <= 114_000, sizes


# Return every visible marked text whose contrast with its background is below 4.5:1, in each scheme.
FAINT = """() => [...document.querySelectorAll("[data-md-color-media*='scheme:']")].flatMap(({dataset}) => {
  Object.assign(document.body.dataset, dataset)
  const pen = new OffscreenCanvas(1, 1)
    .getContext("2d", {willReadFrequently: true})
  const known = new Map()
  const once = (key, make) => {
    if (!known.has(key)) known.set(key, make())
    return known.get(key)
  }
  const luminance = colours => once(`${colours}`, () => {
    for (const colour of colours) {
      pen.fillStyle = colour
      pen.fillRect(0, 0, 1, 1)
    }
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data]
      .map(v => v / 255)
      .map(v => v > 0.04045 ? ((v + 0.055) / 1.055) ** 2.4 : v / 12.92)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  })
  const below = element => element ? once(element, () => {
    const ground = below(element.parentElement)
    const {backgroundColor} = getComputedStyle(element)
    return backgroundColor === "rgba(0, 0, 0, 0)" ? ground : [...ground, backgroundColor]
  }) : ["white"]
  const text = (element, pseudo) => pseudo
    ? getComputedStyle(element, pseudo).content
        .replace(/^(none|normal)$|^"|"$/g, "")
    : [...element.childNodes]
        .filter(node => node.nodeType === Node.TEXT_NODE)
        .map(node => node.data).join("")
  const visible = {opacityProperty: true, visibilityProperty: true}
  const faint = []
  for (const element of document.body.querySelectorAll("[data-new]"))
    for (const pseudo of [null, "::before", "::after"]) {
      const words = text(element, pseudo).trim()
      if (!words || !element.checkVisibility(visible)) continue
      const ground = below(element)
      const {color, fill} = getComputedStyle(element, pseudo)
      const ink = element.matches("svg text") ? fill : color
      const [dark, light] = [luminance(ground), luminance([...ground, ink])]
        .sort((a, b) => a - b)
      const ratio = (light + 0.05) / (dark + 0.05)
      if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${ink} ${words} in ${dataset.mdColorScheme}`)
    }
  return faint
})"""


# Turn off transitions, lay out the whole page, open all details. The page's policy would refuse a style element.
STILL = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync("* { transition: none !important; content-visibility: visible !important }")
  document.adoptedStyleSheets = [sheet]
  for (const details of document.querySelectorAll("details")) details.open = true
}"""

# Wait until every block that scrolls can be focused; return the first that still can't be.
STOPS = """async () => {
  const late = Date.now() + 30_000
  const stuck = () => [...document.querySelectorAll("pre > code, .timeline > div")]
    .find(block => block.scrollWidth > block.clientWidth && block.tabIndex !== 0)
  while (stuck() && Date.now() < late) await new Promise(requestAnimationFrame)
  return stuck()?.outerHTML ?? null
}"""

# Return what is too close: a line to its number, texts in a timeline to each other; or a link too far from its heading.
CROWDED = """() => {
  const box = part => part.getBoundingClientRect()
  const range = new Range()
  const crowded = []
  for (const line of document.querySelectorAll(".result--numbered > pre > code .line")) {
    const {right, width} = getComputedStyle(line, "::after")
    range.selectNodeContents(line)
    if (box(range).right > box(line).right - parseFloat(right) - parseFloat(width)) crowded.push(line.textContent)
  }
  for (const drawing of document.querySelectorAll(".timeline svg")) {
    const texts = [...drawing.querySelectorAll("g:not(.link) > text")].map(text => [text.textContent, box(text)])
    for (const [index, [text, a]] of texts.entries())
      for (const [other, b] of texts.slice(index + 1))
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
          crowded.push(`${drawing.textContent}: ${text} lies on ${other}`)
  }
  for (const link of document.querySelectorAll("article .headerlink")) {
    range.selectNodeContents(link.parentElement)
    range.setEndBefore(link)
    if (box(link).top >= [...range.getClientRects()].at(-1).bottom) crowded.push(link.parentElement.textContent)
  }
  return crowded
}"""

# Mark each element of a kind that is not known yet, and return these kinds. Elements are of one kind if they have the
# same name, attributes, role, colours, and text or none, and so do their parents, and all backgrounds are alike.
NEW = """known => {
  const [seen, looks] = [new Set(known), new Map([[null, ["", ""]]])]
  const look = part => {
    if (!looks.has(part)) {
      const {color, fill, backgroundColor} = getComputedStyle(part)
      const ground = `${look(part.parentElement)[1]} ${backgroundColor}`.replace(" rgba(0, 0, 0, 0)", "")
      const names = part.getAttributeNames().filter(name => !/^(class|id|style|data-.*)$/.test(name))
      const values = ["class", "role", "tabindex", "data-lane"].map(name => part.getAttribute(name))
      const empty = !part.firstElementChild && !part.textContent.trim()
      looks.set(part, [[part.localName, ...names, ...values, empty, color, fill, "on", ground].join(" "), ground])
    }
    return looks.get(part)
  }
  const kinds = new Set()
  for (const part of document.querySelectorAll("html, body, body *")) {
    const kind = `${look(part)[0]} in ${look(part.parentElement)[0]}`
    if (seen.has(kind)) continue
    kinds.add(kind)
    part.dataset.new = ""
  }
  return [...kinds]
}"""

# Check the marked elements. Contrast is left to FAINT, which also sees text from style sheets. The notices that
# something was copied are in no landmark, but are gone soon.
AXE = """rules => axe.run({
  include: ["[data-new]:not([data-new] [data-new])"],
  exclude: [".md-dialog", ".md-tooltip2"],
}, {
  preload: false,
  resultTypes: ["violations"],
  rules: {"color-contrast": {enabled: false}, ...rules},
}).then(found => found.violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]))"""


@pytest.mark.parametrize(("url", "source"), URLS.items(), ids=URLS)
def test_everyone_can_read_a_page_and_copies_what_ran(narrow: Page, kinds: Path, url: str, source: Path) -> None:
    narrow.goto(f"/{url}")
    narrow.evaluate(STILL)
    narrow.keyboard.press("Tab")  # this gives each block its button, and makes blocks that scroll focusable
    files = re.findall(r'^--8<-- "(examples/.+)"$', source.read_text(), re.MULTILINE)
    programs = [(ROOT / file).read_text().rstrip() for file in files]
    assert narrow.evaluate(COPIES, ".highlight:has(> .filename)") == programs[::8]
    printed = narrow.evaluate(f"[...document.querySelectorAll('.result > pre')].map({PRINTED})")
    assert narrow.evaluate(COPIES, ".result > pre") == [text.rstrip() for text in printed[::8]]
    assert narrow.evaluate("document.documentElement.scrollWidth") == 390
    assert narrow.evaluate(STOPS) is None
    assert narrow.evaluate(CROWDED) == []
    expect_access(narrow, kinds / "narrow", {"link-in-text-block": {"enabled": False}})


def expect_access(page: Page, kinds: Path, rules: dict[str, dict[str, bool]]) -> None:
    """Check that everyone can use and read the kinds of elements that are not in the file yet; add them to it."""
    known = kinds.read_text().splitlines() if kinds.exists() else []
    if new := page.evaluate(NEW, known):
        with kinds.open("a") as file:
            file.writelines(f"{kind}\n" for kind in new)
        page.evaluate(AXE_SCRIPT)
        assert page.evaluate(AXE, rules) == []
        assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("url", ["", "choose/", "processes/queue/"])
def test_a_link_looks_like_one_and_so_does_what_only_a_wide_window_shows(page: Page, kinds: Path, url: str) -> None:
    """In the text, all links look alike; beside it, a wide window shows more than a narrow one."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"/{url}")
    page.evaluate(STILL)
    expect_access(page, kinds / "wide", {})


def test_a_chain_lights_up_when_its_sentence_is_reached_with_the_keyboard(page: Page) -> None:
    page.goto("/processes/queue/")
    why = page.locator("details.why").first
    arrow = page.locator('.timeline .link[data-why~="1"] line').first
    plain = arrow.evaluate("line => getComputedStyle(line).stroke")
    why.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(why.locator("li").first).to_be_focused()
    accent = why.locator("li").first.evaluate("sentence => getComputedStyle(sentence).color")
    expect(arrow).to_have_css("stroke", accent)
    assert accent != plain
