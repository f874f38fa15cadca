from multiprocessing import Pool


def square(n: int) -> int:
    return n * n


def power(base: int, exponent: int) -> int:
    return base**exponent


if __name__ == "__main__":
    with Pool(2) as p:
        print("map:", p.map(square, [3, 1, 2]))
        print("starmap:", p.starmap(power, [(2, 3), (3, 2), (5, 2)]))
        for n in p.imap(square, [3, 1, 2]):
            print("imap:", n)
        squares = p.imap_unordered(square, [3, 1, 2])
        print("imap_unordered, sorted:", sorted(squares))
