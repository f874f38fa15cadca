# /// script
# dependencies = ["flask[async]==3.1.3"]
# ///
import asyncio

from flask import Flask

app = Flask(__name__)


async def send_mail(name: str) -> None:
    await asyncio.sleep(0.1)  # 当作寄一封信
    print(f"mail to {name}: sent")


@app.get("/<name>")
async def hello(name: str) -> str:
    await send_mail(name)  # 寄出了，才回答
    return f"Hello, {name}!"


client = app.test_client()  # 不开服务器，直接请求
print(client.get("/Ann").text)
