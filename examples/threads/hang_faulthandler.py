import faulthandler
import os
import threading
from tempfile import TemporaryFile

stove = threading.Lock()


def cook() -> None:
    with stove:
        # 同一把锁获取两次，卡在这里。没有时限，就永远卡着。
        stove.acquire(timeout=2)


with TemporaryFile("w+") as dump:
    # 平时不写 file，直接印到标准错误。
    faulthandler.dump_traceback_later(0.5, file=dump)
    t = threading.Thread(target=cook)
    t.start()
    t.join()
    faulthandler.cancel_dump_traceback_later()
    dump.seek(0)
    for line in dump:
        # 只看这个文件里的。路径里的中文会印成 \u4e2d 这样，不比路径
        if os.path.basename(__file__) in line:
            print(line.rpartition(", ")[2].strip())

# /// script
# [tool.witness]
# alone = true
# ///
