from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection


def write(writer: Connection) -> None:
    for value in "A", "B", "C":
        writer.send(value)


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    p = Process(target=write, args=(writer,))
    p.start()
    writer.close()  # 父进程也有一份写端，不关就等不到结尾
    try:
        while True:
            print(f"Get {reader.recv()} from pipe.")
    except EOFError:
        print("Pipe closed.")
    p.join()
