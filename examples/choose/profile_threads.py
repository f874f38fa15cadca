import cProfile
import pstats
import threading


def wash() -> None:
    pass


def cook() -> None:
    for _ in range(100):
        wash()


def clean() -> None:
    for _ in range(7):
        wash()


with cProfile.Profile() as profiler:
    thread = threading.Thread(target=cook)
    thread.start()
    thread.join()
    clean()  # 这一句在主线程里
functions = pstats.Stats(profiler).get_stats_profile().func_profiles
print("wash:", functions["wash"].ncalls, "calls")
