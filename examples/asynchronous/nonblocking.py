import select
import socket
import threading

here, there = socket.socketpair()
here.setblocking(False)
try:
    here.recv(1024)
except BlockingIOError:
    print("还没有数据，recv 没有等")

# 轮询：一遍一遍地问
asked = 0
threading.Timer(0.1, there.sendall, [b"one"]).start()
while True:
    try:
        data = here.recv(1024)
        break
    except BlockingIOError:
        asked += 1
print("轮询得到:", data)
print("白问了", asked, "次")

# select：停下来等，有了再去拿
threading.Timer(0.1, there.sendall, [b"two"]).start()
select.select([here], [], [])
print("select 之后得到:", here.recv(1024))
here.close()
there.close()
