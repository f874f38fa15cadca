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
        time.sleep(random.random() * 0.1)  # 要做一阵
        messages.put(step)  # 只放进队列，不碰窗口
        time.sleep(random.random() * 0.1)  # 歇一会儿
    messages.put(None)


def poll() -> None:
    try:
        # 来了的都取完；没有了就算了，不等
        while (message := messages.get_nowait()) is not None:
            print(f"{threading.current_thread().name} shows: {message}")
        print("Window closes.")
    except queue.Empty:
        window.enter(0.05, 1, poll)  # 过 0.05 秒再看一次


t = threading.Thread(target=work, name="Worker")
t.start()
poll()
window.run()
t.join()
