# /// script
# requires-python = ">=3.11"
#
# [tool.witness]
# needs = ["nslookup"]
# ///
import subprocess

# flush：nslookup 直接写到终端，这一行要赶在它前面。
print("$ nslookup www.python.org", flush=True)
result = subprocess.run(["nslookup", "www.python.org"])
print("Exit code:", result.returncode)
