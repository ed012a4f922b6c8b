#!/usr/bin/env python3
"""What `watch` holds, and what it sends: with N accounts, and with four times as many.

The slope of its resident size between the two is the memory of an account that is held. With N accounts one
of them changes in the file, and then the process is started again: the requests that Kamailio counts
meanwhile are told. It ends with status 1 where more was sent than the change needs.
"""
import argparse, os, re, shutil, signal, subprocess, sys, tempfile, time
from registrations import ROOT, Registrar, manifest


def requests(registrar):
    command = ["kamcmd", "-s", "unix:" + registrar.control, "stats.get_statistics", "core:"]
    text = subprocess.run(command, capture_output=True, text=True).stdout
    return int(re.search(r"rcv_requests\D+(\d+)", text).group(1))


def resident(process):
    """Bytes."""
    with open(f"/proc/{process.pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def settled(process, registrar):
    """Waits until nothing was sent and no CPU was used for two seconds; the requests until then."""
    last, since = None, time.monotonic()
    while time.monotonic() - since < 2:
        time.sleep(0.25)
        with open(f"/proc/{process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        # A heartbeat or a timer is no work.
        now = (requests(registrar), (int(fields[11]) + int(fields[12])) // 5)
        if now != last:
            last, since = now, time.monotonic()
        if process.poll() is not None:
            sys.exit(f"watch ended with status {process.returncode}")
    return last[0]


def start(options, folder):
    command = [options.program, "watch", folder + "/accounts.yaml", "--state", folder + "/state.db"]
    with open(folder + "/log", "w") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def change(path):
    """Gives the last account another lifetime, in one step as an editor does."""
    with open(path) as file:
        text = file.read()
    with open(path + ".new", "w") as file:
        file.write(text + "    expires: 30m\n")
    os.rename(path + ".new", path)


def watch(options, count, changes):
    """The resident size with that many accounts; the requests for one change and for a new start."""
    folder = tempfile.mkdtemp(prefix="sipreconcile-bench-")
    registrar = Registrar(folder)
    process = None
    try:
        manifest(folder + "/accounts.yaml", count, registrar.port)
        process = start(options, folder)
        sent = settled(process, registrar)
        if registrar.bindings != count:
            sys.exit(f"{registrar.bindings} of {count} accounts are bound")
        # What it needed only to register is given back with the next heartbeat.
        time.sleep(11)
        size, forOne, forStart, again = resident(process), 0, 0, 0
        if changes:
            change(folder + "/accounts.yaml")
            forOne = settled(process, registrar) - sent
            stop(process)
            before = requests(registrar)
            process = start(options, folder)
            forStart = settled(process, registrar) - before
            again = resident(process)
        stop(process)
        process = None
        return size, forOne, forStart, again
    finally:
        if process and process.poll() is None:
            process.kill()
        registrar.stop()
        shutil.rmtree(folder)


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("-n", type=int, default=50_000, help="how many accounts (50000)")
    words.add_argument("--program", default=ROOT + "/.build/release/sipreconcile")
    options = words.parse_args()
    small, forOne, forStart, again = watch(options, options.n, changes=True)
    large, _, _, _ = watch(options, options.n * 4, changes=False)
    slope = (large - small) / (options.n * 3)
    print(f"watch holds {options.n} accounts in {small / 2**20:.0f} MiB, {options.n * 4} in {large / 2**20:.0f} MiB")
    print(f"  memory per account    {slope:8.0f} bytes")
    print(f"  one account changed   {forOne:8} requests")
    print(f"  started again         {forStart:8} requests, {again / 2**20:.0f} MiB")
    # One exchange, or two where the registrar wants another nonce.
    sys.exit(0 if 1 <= forOne <= 2 and forStart == 0 else 1)


if __name__ == "__main__":
    main()
