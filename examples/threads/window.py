import queue
import random
import sched
import threading
import time

window = sched.scheduler()  # 扮窗口的事件循环
messages: queue.Queue[str | None] = queue.Queue()


def work() -> None:
    for step in "wash", "cook":
        print(f"{threading.current_thread().name} does: {step}")
        time.sleep(random.random() * 0.2)  # 要做一阵
        messages.put(step)  # 只放进队列，不碰窗口
    messages.put(None)


def poll() -> None:
    try:
        message = messages.get_nowait()  # 没有就算了，不等
    except queue.Empty:
        message = ""
    if message is None:
        print("Window closes.")
        return
    if message:
        print(f"{threading.current_thread().name} shows: {message}")
    window.enter(0.05, 1, poll)  # 过 0.05 秒再看一次


t = threading.Thread(target=work, name="Worker")
t.start()
poll()
window.run()
t.join()
