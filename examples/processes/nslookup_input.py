import shutil
import subprocess
import sys

if not shutil.which("nslookup"):
    sys.exit("没有 nslookup 这个命令")

print("$ nslookup")
result = subprocess.run(
    ["nslookup"],
    input="set q=mx\npython.org\nexit\n",
    capture_output=True,
    encoding="locale",  # 系统区域设置的编码
    errors="backslashreplace",  # 解不开的字节写成 \xb7 这样
)
print(result.stdout)
if result.stderr:
    print("Errors:", result.stderr)
print("Exit code:", result.returncode)

# /// script
# [tool.witness]
# needs = ["nslookup"]
# ///
