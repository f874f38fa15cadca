import faulthandler
import os
import threading
import time
from tempfile import TemporaryFile

stove = threading.Lock()


def cook() -> None:
    with stove:
        with stove:  # 同一把锁获取两次，卡在这里
            print("never")


with TemporaryFile("w+") as dump:
    # 平时不写 file，直接印到标准错误。
    faulthandler.dump_traceback_later(0.5, file=dump)
    t = threading.Thread(target=cook, daemon=True)
    t.start()
    while os.fstat(dump.fileno()).st_size == 0:
        time.sleep(0.01)
    faulthandler.cancel_dump_traceback_later()
    dump.seek(0)
    for line in dump:
        if __file__ in line:  # 只看这个文件里的
            print(line.partition(", ")[2].strip())
