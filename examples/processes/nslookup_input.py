# /// script
# requires-python = ">=3.11"
#
# [tool.witness]
# needs = ["nslookup"]
# ///
import subprocess

print("$ nslookup")
result = subprocess.run(
    ["nslookup"],
    input="set q=mx\npython.org\nexit\n",
    capture_output=True,
    text=True,
)
print(result.stdout)
print("Exit code:", result.returncode)
