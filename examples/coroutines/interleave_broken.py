def A() -> None:
    print("1")
    print("2")
    print("3")


def B() -> None:
    print("x")
    print("y")
    print("z")


A()
B()
