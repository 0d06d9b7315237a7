"""The program of the aiohttp clients: a semaphore, or gathered chunks. Bodies parsed and kept."""

import asyncio
import gc
import json
import re
import sys
import time

import aiohttp


def reset_peak():
    """Makes the kernel forget the most memory that this process had; false if it cannot."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return True
    except OSError:
        return False


def memory(field):
    """Bytes, of a field of /proc/self/status; None where there is none."""
    try:
        with open("/proc/self/status") as file:
            found = re.search(rf"^{field}:\s*(\d+) kB", file.read(), re.MULTILINE)
        return int(found.group(1)) * 1024 if found else None
    except OSError:
        return None


async def send(session, request):
    try:
        async with session.request(
            request["method"],
            request["url"],
            headers=request["headers"],
            data=request.get("body"),
        ) as response:
            return await response.json()
    except (aiohttp.ClientError, OSError, ValueError):
        return None


async def with_semaphore(session, requests, concurrency):
    semaphore = asyncio.Semaphore(concurrency)

    async def send_in_turn(request):
        async with semaphore:
            return await send(session, request)

    return await asyncio.gather(*(send_in_turn(request) for request in requests))


async def in_chunks(session, requests, concurrency):
    answers = []
    for start in range(0, len(requests), concurrency):
        chunk = requests[start : start + concurrency]
        answers += await asyncio.gather(*(send(session, request) for request in chunk))
    return answers


def new_session(concurrency):
    connector = aiohttp.TCPConnector(limit=concurrency, ssl=False)
    return aiohttp.ClientSession(connector=connector)


async def main():
    task = json.loads(sys.stdin.readline())
    concurrency = task["concurrency"]
    async with new_session(concurrency) as session:
        warm_up = [{"method": "GET", "url": url, "headers": {}} for url in task["warmUp"]]
        await with_semaphore(session, warm_up, concurrency)

    print("ready", flush=True)
    sys.stdin.readline()

    gc.collect()
    can_reset_peak = reset_peak()
    before = memory("VmRSS")
    cpu = time.process_time()
    started_at = time.perf_counter()
    async with new_session(concurrency) as session:
        send_all = in_chunks if task["inChunks"] else with_semaphore
        answers = await send_all(session, task["requests"], concurrency)
        elapsed = time.perf_counter() - started_at
        reading = {
            "cpuSeconds": time.process_time() - cpu,
            "memoryBefore": before or 0,
        }
        if can_reset_peak:
            reading["memoryPeak"] = memory("VmHWM")
    right = sum(answer is not None and answer.get("id") == id for id, answer in enumerate(answers))
    print(json.dumps({"time": elapsed * 1000, "answered": right, "reading": reading}), flush=True)


asyncio.run(main())
