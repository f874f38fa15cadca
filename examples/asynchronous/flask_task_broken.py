# /// script
# dependencies = ["flask[async]==3.1.3"]
# ///
import asyncio

from flask import Flask

app = Flask(__name__)
mails = set()  # 留住任务，免得被回收


async def send_mail(name: str) -> None:
    try:
        await asyncio.sleep(60)  # 当作寄一封信
        print(f"mail to {name}: sent")
    except asyncio.CancelledError:
        print(f"mail to {name}: cancelled")
        raise


@app.get("/<name>")
async def hello(name: str) -> str:
    mails.add(asyncio.create_task(send_mail(name)))  # 没有等它
    await asyncio.sleep(0)  # 让它开始
    return f"Hello, {name}!"


client = app.test_client()  # 不开服务器，直接请求
print(client.get("/Ann").text)
