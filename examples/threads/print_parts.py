class Recorder:
    def __init__(self) -> None:
        self.writes: list[str] = []

    def write(self, text: str) -> None:
        self.writes.append(text)


recorder = Recorder()
print("Hello", file=recorder)
print(recorder.writes)
