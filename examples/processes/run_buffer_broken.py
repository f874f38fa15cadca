import subprocess
import sys

# 输出重定向到文件或管道时，print 就是这样攒着不写的。
sys.stdout.reconfigure(line_buffering=False, write_through=False)

print("First: the parent prints, then starts the child.")
subprocess.run([sys.executable, "-c", "print('Second: the child.')"])
