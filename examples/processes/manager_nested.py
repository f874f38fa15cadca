from multiprocessing import Manager

if __name__ == "__main__":
    with Manager() as manager:
        menu = manager.dict({"lunch": ["soup"]})
        menu["lunch"].append("rice")  # 改的是取来的副本
        print(f"append:     {menu['lunch']}")

        lunch = menu["lunch"]
        lunch.append("rice")
        menu["lunch"] = lunch  # 改完放回去
        print(f"put back:   {menu['lunch']}")

        menu["dinner"] = manager.list(["tea"])  # 里面也是代理
        menu["dinner"].append("cake")
        print(f"inner list: {list(menu['dinner'])}")
