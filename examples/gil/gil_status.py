import sys
import sysconfig

free = sysconfig.get_config_var("Py_GIL_DISABLED") == 1
print(f"free-threaded build: {free}")
# 3.13 才有这个函数；以前的版本总是有 GIL。
enabled = getattr(sys, "_is_gil_enabled", lambda: True)()
print(f"GIL is on: {enabled}")
