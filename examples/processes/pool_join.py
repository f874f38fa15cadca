from multiprocessing import Pool, active_children

if __name__ == "__main__":
    p = Pool(2)
    try:
        p.join()
    except ValueError as error:
        print(f"join before close: {error}")

    p.close()
    try:
        p.apply_async(abs, (-1,))
    except ValueError as error:
        print(f"apply_async after close: {error}")

    p.join()
    print(f"close, then join: {len(active_children())} workers left")
