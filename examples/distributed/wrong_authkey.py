from multiprocessing import AuthenticationError
from multiprocessing.managers import BaseManager

if __name__ == "__main__":
    # 端口写 0，由系统挑一个空闲的
    with BaseManager(("127.0.0.1", 0), b"abc") as server:
        guest = BaseManager(server.address, b"abd")
        try:
            guest.connect()
        except AuthenticationError as e:
            print(f"AuthenticationError: {e}")
