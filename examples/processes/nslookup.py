import shutil
import subprocess
import sys

if not shutil.which("nslookup"):
    sys.exit("没有 nslookup 这个命令")

# flush：nslookup 直接写到终端，这一行要赶在它前面。
print("$ nslookup www.python.org", flush=True)
result = subprocess.run(["nslookup", "www.python.org"])
print("Exit code:", result.returncode)

# /// script
# [tool.witness]
# needs = ["nslookup"]
# ///
