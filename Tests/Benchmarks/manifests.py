#!/usr/bin/env python3
"""Loads and plans a manifest of N accounts, beside a bare libyaml scan of the same file, in turn.

`validate --no-secrets` is a load: the file, its typed accounts and their checks. `plan --no-refresh` of an
unchanged file adds the secrets, the state in SQLite and the comparison. Both are whole processes. The state
is made by an `apply` at a registrar of our own. On a shared machine the ratios count, not the times.

An account has ten lines, as people write them, or with --short three, in which there is less to scan.
"""
import argparse, os, re, shutil, signal, statistics, subprocess, sys, tempfile
from registrations import HERE, ROOT, manifest, timed, users


def registrar(program):
    """A registrar of our own on a free port: its process and the port."""
    command = [program, "registrar", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        found = re.search(r"127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found.group(1))
    sys.exit("the registrar did not start")


def long_manifest(path, count, port):
    """Accounts of 260 bytes: each key on a line of its own, a secret from outside, labels."""
    with open(path, "w") as file:
        file.write(
            "apiVersion: sipreconcile/v1\nowner: benchmark\n"
            f"registrars:\n  kamailio: {{ uri: 'sip:127.0.0.1:{port}' }}\naccounts:\n")
        for number, user in enumerate(users(count)):
            file.write(
                f'  {user}:\n    identity: "\\"User {number}\\" <sip:{user}@example.org>"\n'
                f"    registrar: kamailio\n    transport: udp\n    expires: 30m\n"
                f"    auth:\n      username: {user}\n      realm: example.org\n"
                f"      password: {{ fromEnv: PASSWORD }}\n"
                f'    labels: {{ site: berlin, floor: "{number % 40}" }}\n')


def measure(runs, commands):
    """Medians of wall and CPU seconds and of the greatest resident size of each command, run in turn."""
    results = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            status, wall, cpu, size = timed(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if status != 0:
                sys.exit(f"{name} ended with status {status}")
            results[name].append((wall, cpu, size))
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in results.items()}


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("-n", type=int, default=100_000, help="how many accounts (100000)")
    words.add_argument("--runs", type=int, default=5, help="runs of each, in turn (5)")
    words.add_argument("--program", default=ROOT + "/.build/release/sipreconcile")
    words.add_argument("--short", action="store_true", help="accounts of three lines")
    options = words.parse_args()
    os.environ["PASSWORD"] = "secret"
    folder = tempfile.mkdtemp(prefix="sipreconcile-bench-")
    path, state, scan = folder + "/accounts.yaml", folder + "/state.db", folder + "/scan"
    subprocess.run(["cc", "-O2", "-o", scan, HERE + "/scan.c", "-lyaml"], check=True)
    server, port = registrar(options.program)
    try:
        (manifest if options.short else long_manifest)(path, options.n, port)
        megabytes = os.path.getsize(path) / 1e6
        status, wall, _, _ = timed(
            [options.program, "apply", path, "--state", state], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        if status != 0:
            sys.exit(f"apply ended with status {status} after {wall:.1f} s")
        found = measure(options.runs, {
            "scan": [scan, path],
            "start": [options.program, "--version"],
            "load": [options.program, "validate", "--no-secrets", path],
            "plan": [options.program, "plan", "--no-refresh", "--exit-code", path, "--state", state],
        })
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
        shutil.rmtree(folder)
    print(f"Medians of {options.runs} runs with {options.n} accounts, over a bare scan of the {megabytes:.0f} MB:")
    bare = found["scan"]
    for name, (wall, cpu, size) in found.items():
        each = (size - found["start"][2]) * 1024 / options.n
        memory = f"  {each:6.0f} bytes each at the peak" if name in ("load", "plan") else ""
        print(f"  {name:6} wall {wall:6.3f} s = {wall / bare[0]:5.2f}  CPU {cpu:6.3f} s = {cpu / bare[1]:5.2f}{memory}")


if __name__ == "__main__":
    main()
