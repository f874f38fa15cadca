import subprocess
import sys
import tempfile
from pathlib import Path

SOUP = """
import asyncio


async def main():
    print("soup is ready")


asyncio.run(main())
"""


def run(folder: str) -> None:
    soup = subprocess.run(
        [sys.executable, "soup.py"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    last = (soup.stdout + soup.stderr).splitlines()[-1]
    print(last.partition(" (")[0])  # 括号里的话，各版本不同


with tempfile.TemporaryDirectory() as folder:
    Path(folder, "soup.py").write_text(SOUP)
    run(folder)
    Path(folder, "asyncio.py").touch()
    run(folder)
